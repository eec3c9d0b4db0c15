-- The next settled day of devices whose state at the end of this one has changed.
INSERT INTO tracks_work (device_id, day, since)
SELECT w.device_id, n.day, n.day::timestamp AT TIME ZONE 'UTC'
FROM unnest(%s::bigint[]) AS w (device_id)
JOIN LATERAL (
    SELECT d.day FROM tracks_day d
    WHERE d.device_id = w.device_id AND d.day > %s ORDER BY d.day LIMIT 1
) AS n ON true
