-- Calls of each day of the centre's own time, days without any included.
SELECT d.day::date AS day,
       count(r.id) AS rang,
       count(r.id) FILTER (WHERE r.severity = 'critical') AS critical,
       count(r.id) FILTER (WHERE r.severity = 'high') AS high,
       count(r.id) FILTER (WHERE r.severity = 'medium') AS medium,
       count(r.id) FILTER (WHERE r.severity = 'low') AS low
FROM generate_series(
    (%(since)s::timestamptz AT TIME ZONE %(zone)s)::date,
    (%(until)s::timestamptz AT TIME ZONE %(zone)s)::date, interval '1 day') AS d (day)
LEFT JOIN rings r ON (r.at AT TIME ZONE %(zone)s)::date = d.day::date
GROUP BY d.day ORDER BY d.day
