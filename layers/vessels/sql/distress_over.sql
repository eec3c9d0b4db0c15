-- Devices whose last call for help was too long ago to go on.
SELECT d.key, extract(epoch FROM h.distress_at)::float8, v.id, v.title, v.unit_id
FROM vessels_head h
JOIN vessels_device d ON d.id = h.device_id
JOIN vessels_fitting f ON f.device_id = d.id AND f.branch = 0
    AND (f.since IS NULL OR f.since <= h.distress_at)
    AND (f.until IS NULL OR f.until > h.distress_at)
JOIN vessels_vessel v ON v.id = f.vessel_id
WHERE h.distress_at > '-infinity' AND h.distress_at < %s
