-- Hours from issue to receipt and to report, by step of the playbooks: median and the
-- value that 90 of 100 stay within; lost: hours past the deadline in all. date_part
-- gives floats: numbers of any length take twice the time.
WITH judged AS ({judged}),
spans AS (
    SELECT j.playbook_slug, j.step, j.part,
           date_part('epoch', j.received_at - j.issued_at) / 3600 AS receipt,
           date_part('epoch', j.reported_at - j.issued_at) / 3600 AS report,
           date_part('epoch', CASE j.part WHEN 'late' THEN j.reported_at - j.due
                WHEN 'overdue' THEN j.now - j.due END) / 3600 AS lost
      FROM judged j)
SELECT playbook_slug, step, count(*) AS tasks,
       count(receipt) AS received, count(report) AS reported,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY receipt) AS receipt,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY report) AS report,
       count(*) FILTER (WHERE part IN ('late', 'overdue')) AS behind,
       coalesce(sum(lost), 0) AS lost
  FROM spans
 GROUP BY playbook_slug, step
 ORDER BY lost DESC, playbook_slug, step
