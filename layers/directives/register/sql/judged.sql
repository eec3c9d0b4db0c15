-- Tasks in scope that were issued in the period, each with what became of it.
-- part: early, on_time, late, in_time, overdue; days: how many days (begun ones
-- count) past the deadline. The clock of a suspended directive stands.
SELECT t.id, t.directive_id, t.unit_id, t.step, t.issued_at, t.received_at,
       t.reported_at, w.now,
       d.playbook_slug, w.due, p.part,
       CASE p.part
            WHEN 'late' THEN ceil(extract(epoch FROM t.reported_at - w.due) / 86400)
            WHEN 'overdue' THEN ceil(extract(epoch FROM w.now - w.due) / 86400)
       END::integer AS days
  FROM directives_task t
  JOIN directives_directive d ON d.id = t.directive_id
 CROSS JOIN LATERAL (
       SELECT coalesce(t.legal_deadline, t.needed_by) AS due,
              coalesce(d.paused_at, %(now)s) AS now) w
 CROSS JOIN LATERAL (
       SELECT CASE
              WHEN t.status IN ('reported', 'closed') THEN
                   CASE WHEN t.outcome = 'late' OR t.reported_at > w.due THEN 'late'
                        WHEN t.outcome = 'early' THEN 'early' ELSE 'on_time' END
              WHEN w.due < w.now THEN 'overdue' ELSE 'in_time' END AS part) p
 WHERE t.issued_at >= %(since)s AND t.issued_at < %(until)s
   AND t.status NOT IN ('draft', 'withdrawn') AND d.status <> 'withdrawn'
   AND (%(units)s::bigint[] IS NULL OR t.unit_id = ANY (%(units)s))
   AND (%(status)s = '' OR t.status = %(status)s)
   AND (%(playbook)s = '' OR d.playbook_slug = %(playbook)s)
   AND (%(severity)s = '' OR d.severity = %(severity)s)
   AND (%(kind)s = '' OR (d.cap_status = 'Exercise') = (%(kind)s = 'exercise'))
