-- Whom devices spoke for, in order of time; epoch seconds, infinite where open.
SELECT
    f.device_id, f.branch, v.id, v.unit_id, v.title, v.vessel_class, d.kind, f.counted,
    coalesce(extract(epoch FROM f.since)::float8, '-infinity'),
    coalesce(extract(epoch FROM f.until)::float8, 'infinity'),
    CASE
        -- MMSI of an aircraft (ITU-R M.585)
        WHEN d.key LIKE 'mmsi:111%%' THEN 'aircraft'
        WHEN v.registered AND v.vessel_class = 'fishing' THEN 'fishing'
        ELSE ''
    END
FROM vessels_fitting f
JOIN vessels_device d ON d.id = f.device_id
JOIN vessels_vessel v ON v.id = f.vessel_id
WHERE f.device_id = ANY(%s)
ORDER BY f.device_id, f.branch, f.since NULLS FIRST
