-- Devices whose earliest unsettled day is this one and that nobody else settles now.
-- Materialized: otherwise the sort stands above the locks, and all are locked at once.
WITH waiting AS MATERIALIZED (
    SELECT device_id FROM tracks_waiting WHERE day = %s ORDER BY device_id
)
SELECT device_id
FROM waiting
WHERE pg_try_advisory_xact_lock(%s, device_id::integer)
LIMIT %s
