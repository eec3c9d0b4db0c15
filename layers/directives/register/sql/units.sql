-- Figures of each lead unit, and of all together (unit_id NULL).
WITH judged AS ({judged}),
asked AS (
    SELECT task_id, count(*) AS asked, count(*) FILTER (WHERE granted) AS granted
      FROM directives_extension GROUP BY task_id)
SELECT j.unit_id,
       count(*) AS received,
       count(*) FILTER (WHERE part = 'early') AS early,
       count(*) FILTER (WHERE part = 'on_time') AS on_time,
       count(*) FILTER (WHERE part = 'late') AS late,
       count(*) FILTER (WHERE part = 'in_time') AS in_time,
       count(*) FILTER (WHERE part = 'overdue') AS overdue,
       count(*) FILTER (WHERE part = 'overdue' AND days <= 5) AS overdue_5,
       count(*) FILTER (WHERE part = 'overdue' AND days BETWEEN 6 AND 15)
           AS overdue_15,
       count(*) FILTER (WHERE part = 'overdue' AND days BETWEEN 16 AND 30)
           AS overdue_30,
       count(*) FILTER (WHERE part = 'overdue' AND days > 30) AS overdue_more,
       count(*) FILTER (WHERE part = 'late' AND days <= 5) AS late_5,
       count(*) FILTER (WHERE part = 'late' AND days BETWEEN 6 AND 15) AS late_15,
       count(*) FILTER (WHERE part = 'late' AND days BETWEEN 16 AND 30) AS late_30,
       count(*) FILTER (WHERE part = 'late' AND days > 30) AS late_more,
       coalesce(sum(a.asked), 0)::integer AS extensions,
       coalesce(sum(a.granted), 0)::integer AS granted
  FROM judged j LEFT JOIN asked a ON a.task_id = j.id
 GROUP BY GROUPING SETS ((j.unit_id), ())
