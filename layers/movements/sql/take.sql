-- Some devices that are due, taken away; another worker takes others.
DELETE FROM movements_due WHERE device_id IN (
    SELECT device_id FROM movements_due
    ORDER BY since DESC, device_id LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING device_id, extract(epoch FROM since)::float8
