-- Days of some series that begin in a span, oldest first; a day stands at its midnight.
SELECT d.series_id,
    extract(epoch FROM d.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')::bigint,
    d.mean, d.least, d.largest, d.total, d.valid, d.received, d.measured
FROM stations_day d
WHERE d.series_id = ANY(%(series)s)
    AND d.day >= (%(since)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    AND d.day <= (%(until)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
ORDER BY d.series_id, d.day
