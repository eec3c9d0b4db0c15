-- How many called, by severity, and how long it took until they were seen (seconds).
SELECT count(*) AS rang,
       count(*) FILTER (WHERE severity = 'critical') AS critical,
       count(*) FILTER (WHERE severity = 'high') AS high,
       count(*) FILTER (WHERE severity = 'medium') AS medium,
       count(*) FILTER (WHERE severity = 'low') AS low,
       count(acked_at) AS acknowledged,
       count(*) FILTER (WHERE known_at IS NOT NULL AND acked_at IS NULL)
           AS unacknowledged,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM acked_at - known_at))
           FILTER (WHERE acked_at IS NOT NULL)::float8 AS median_s,
       percentile_cont(0.95) WITHIN GROUP (
           ORDER BY extract(epoch FROM acked_at - known_at))
           FILTER (WHERE acked_at IS NOT NULL)::float8 AS p95_s
FROM rings
