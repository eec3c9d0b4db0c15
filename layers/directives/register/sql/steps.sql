-- Hours from issue to receipt and to report, by step of the playbooks: median and the
-- value that 90 of 100 stay within; lost: hours past the deadline in all.
WITH judged AS ({judged}),
taken AS (
    SELECT (new ->> 'task')::bigint AS task_id, max(happened_at) AS at
      FROM core_event
     WHERE layer = %(layer)s AND kind = 'task.receive'
       AND known_at >= %(since)s AND happened_at >= %(since)s
     GROUP BY 1),
spans AS (
    SELECT j.*, extract(epoch FROM k.at - j.issued_at) / 3600 AS receipt,
           extract(epoch FROM j.reported_at - j.issued_at) / 3600 AS report,
           extract(epoch FROM CASE part WHEN 'late' THEN reported_at - due
                WHEN 'overdue' THEN %(now)s - due END) / 3600 AS lost
      FROM judged j
      LEFT JOIN taken k ON k.task_id = j.id AND k.at >= j.issued_at)
SELECT playbook_slug, step, count(*) AS tasks,
       count(receipt) AS received, count(report) AS reported,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY receipt) AS receipt,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY report) AS report,
       count(*) FILTER (WHERE part IN ('late', 'overdue')) AS behind,
       coalesce(sum(lost), 0)::float AS lost
  FROM spans
 GROUP BY playbook_slug, step
 ORDER BY lost DESC, playbook_slug, step
