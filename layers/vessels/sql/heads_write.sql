INSERT INTO vessels_head AS known (device_id, newest, distress_at, state)
SELECT device_id, newest, distress_at, state FROM vessels_head_incoming
ON CONFLICT (device_id) DO UPDATE SET
    newest = excluded.newest, distress_at = excluded.distress_at,
    state = excluded.state
