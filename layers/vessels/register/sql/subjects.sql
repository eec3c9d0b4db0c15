-- What is known of some devices now: whose they are, by branch, and where they are.
SELECT
    d.id, d.key, d.kind, d.valid, f.branch, v.id, v.registered, v.vessel_class,
    f.basis, l.lon, l.lat
FROM vessels_device d
JOIN vessels_fitting f ON f.device_id = d.id AND f.until IS NULL
JOIN vessels_vessel v ON v.id = f.vessel_id
LEFT JOIN vessels_live l ON l.vessel_id = v.id
WHERE d.id = ANY(%s)
ORDER BY d.id, f.branch
