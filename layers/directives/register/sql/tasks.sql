-- The tasks behind a figure, the longest past their deadline first.
WITH judged AS ({judged}),
wanted AS MATERIALIZED (
    SELECT j.*
      FROM judged j
     WHERE (%(parts)s::text[] IS NULL OR j.part = ANY (%(parts)s))
       AND (%(least)s::integer IS NULL OR j.days >= %(least)s)
       AND (%(most)s::integer IS NULL OR j.days <= %(most)s)
       AND (%(step)s::integer IS NULL OR j.step = %(step)s)
       AND (NOT %(by_hand)s OR j.playbook_slug = '')
       AND (NOT %(extended)s OR EXISTS (
            SELECT FROM directives_extension x WHERE x.task_id = j.id))
       AND (NOT %(late_entry)s OR EXISTS (
            SELECT FROM directives_registerentry e
             WHERE e.directive_id = j.directive_id AND e.entered_on > e.enter_by))),
page AS (
    SELECT w.*, row_number() OVER (
               ORDER BY part <> 'overdue', days DESC NULLS LAST, due, id) AS place
      FROM wanted w
     ORDER BY place
     LIMIT %(limit)s OFFSET %(offset)s)
SELECT j.id, j.directive_id, d.number, d.title, t.title AS what, j.unit_id,
       t.co_units, d.severity, t.status, j.part, j.days, j.issued_at, j.due,
       j.reported_at, j.step, j.playbook_slug, d.cap_status, d.document_no,
       coalesce(e.register_no, d.register_no) AS register_no, e.urgency,
       e.paper_date, e.entered_on, e.enter_by, e.entered_on > e.enter_by AS entered_late,
       (SELECT count(*) FROM wanted) AS found
  FROM page j
  JOIN directives_task t ON t.id = j.id
  JOIN directives_directive d ON d.id = j.directive_id
  LEFT JOIN directives_registerentry e ON e.directive_id = d.id
 ORDER BY j.place
