-- Devices whose tracks changed, and from when on.
INSERT INTO movements_due (device_id, since)
SELECT device_id, to_timestamp(min(since))
FROM unnest(%s::bigint[], %s::float8[]) AS w (device_id, since)
GROUP BY device_id ORDER BY device_id
ON CONFLICT (device_id) DO UPDATE
SET since = least(movements_due.since, excluded.since)
