-- The live rows of vessels that these devices speak for, after judgements changed:
-- the newest credible fix of the two days before the row.
WITH newest AS (
    SELECT DISTINCT ON (l.vessel_id) l.vessel_id, p.*
    FROM vessels_live l
    JOIN vessels_fitting f ON f.vessel_id = l.vessel_id
    JOIN vessels_device d ON d.id = f.device_id AND (d.kind <> 'vms' OR f.counted)
    CROSS JOIN LATERAL (
        SELECT * FROM vessels_fix x
        WHERE x.device_id = f.device_id AND x.branch = f.branch
            AND x.at > l.at - interval '2 days' AND x.flags & %(still)s = 0
            AND (f.since IS NULL OR f.since <= x.at)
            AND (f.until IS NULL OR f.until > x.at)
        ORDER BY x.at DESC, x.digest LIMIT 1
    ) p
    WHERE l.vessel_id IN (
        SELECT vessel_id FROM vessels_fitting WHERE device_id = ANY(%(devices)s)
    )
    ORDER BY l.vessel_id, p.at DESC, p.digest
)
UPDATE vessels_live l SET
    seq = %(seq)s, at = n.at, digest = n.digest, received_at = n.received_at,
    lon = n.lon, lat = n.lat,
    -- as in services.to_mercator: held at the edge of the projection
    x = radians(n.lon) * 6378137,
    y = 6378137 * ln(tan(pi() / 4 + radians(greatest(least(n.lat, 85.06), -85.06)) / 2)),
    device_id = n.device_id, 
    speed_kn = CASE WHEN n.flags & 256 = 0 THEN n.speed_kn END, course_deg = n.course_deg,
    heading_deg = n.heading_deg, error_m = n.error_m, flags = n.flags,
    receiver_id = n.receiver_id, branch = n.branch, status = n.status
FROM newest n
WHERE n.vessel_id = l.vessel_id AND (n.at, n.digest) IS DISTINCT FROM (l.at, l.digest)
