-- Calls in spans of ten minutes, and how many people were on the desk.
SELECT b.at,
       coalesce(n.rang, 0) AS rang,
       coalesce(n.grave, 0) AS grave,
       (SELECT count(DISTINCT w.user_id) FROM alerts_watch w
        WHERE w.came_at < b.at + interval '10 minutes'
          AND coalesce(w.left_at, w.ends_at + %(overtime)s) > b.at) AS operators
FROM generate_series(
    %(since)s::timestamptz, %(until)s::timestamptz - interval '10 minutes',
    interval '10 minutes') AS b (at)
LEFT JOIN (
    SELECT date_bin('10 minutes', at, %(since)s::timestamptz) AS at, count(*) AS rang,
           count(*) FILTER (WHERE severity IN ('critical', 'high')) AS grave
    FROM rings GROUP BY 1
) n ON n.at = b.at
ORDER BY b.at
