-- Devices whose earliest unsettled day is this one and that nobody else settles now.
SELECT device_id
FROM (SELECT device_id FROM tracks_waiting WHERE day = %s ORDER BY device_id) AS waiting
WHERE pg_try_advisory_xact_lock(%s, device_id::integer)
LIMIT %s
