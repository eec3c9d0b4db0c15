-- What is settled of a day, and the last state before it.
SELECT w.device_id, extract(epoch FROM d.checkpoint)::float8, d.fixes_before,
    d.content_before, d.state_before, d.state_after, d.points, e.state_after
FROM unnest(%s::bigint[]) AS w (device_id)
LEFT JOIN tracks_day d ON d.device_id = w.device_id AND d.day = %s
LEFT JOIN LATERAL (
    SELECT b.state_after FROM tracks_day b
    WHERE b.device_id = w.device_id AND b.day < %s ORDER BY b.day DESC LIMIT 1
) AS e ON true
