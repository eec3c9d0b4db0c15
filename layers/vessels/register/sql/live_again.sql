-- The newest credible position of some vessels, made anew from what is stored.
-- A vessel that was only heard and has lost its devices leaves the map; one of the
-- register stays where it was last.
WITH asked AS (
    SELECT unnest(%(vessels)s::bigint[]) AS vessel_id
), fixes AS (
    SELECT f.vessel_id, d.kind, p.*
    FROM asked
    JOIN vessels_vessel v ON v.id = asked.vessel_id
    JOIN vessels_fitting f ON f.vessel_id = v.id AND (f.until IS NULL OR v.registered)
    -- of two VMS devices only the one that counts tells where the vessel is
    JOIN vessels_device d ON d.id = f.device_id AND (d.kind <> 'vms' OR f.counted)
    CROSS JOIN LATERAL (
        SELECT * FROM vessels_fix p
        WHERE p.device_id = f.device_id AND p.branch = f.branch
            AND p.flags & %(still)s = 0
            AND (f.since IS NULL OR p.at >= f.since)
            AND (f.until IS NULL OR p.at < f.until)
        ORDER BY p.at DESC, p.digest LIMIT 1
    ) p
), newest AS (
    SELECT DISTINCT ON (vessel_id)
        fixes.*,
        max(at) FILTER (WHERE kind = 'ais') OVER mine AS ais_at,
        max(at) FILTER (WHERE kind = 'vms') OVER mine AS vms_at
    FROM fixes
    WINDOW mine AS (PARTITION BY vessel_id)
    ORDER BY vessel_id, at DESC, digest
), gone AS (
    DELETE FROM vessels_live
    WHERE vessel_id IN (SELECT vessel_id FROM asked)
        AND vessel_id NOT IN (SELECT vessel_id FROM newest)
)
INSERT INTO vessels_live (
    vessel_id, seq, at, received_at, lon, lat, x, y, ais_at, vms_at, device_id,
    speed_kn, course_deg, heading_deg, error_m, flags, receiver_id, branch, status,
    digest
)
SELECT
    vessel_id, %(seq)s, at, received_at, lon, lat,
    radians(lon) * 6378137,
    -- as in services.to_mercator: held at the edge of the projection
    6378137 * ln(tan(pi() / 4 + radians(greatest(least(lat, 85.06), -85.06)) / 2)),
    ais_at, vms_at, device_id, speed_kn, course_deg, heading_deg, error_m, flags,
    receiver_id, branch, status, digest
FROM newest
ON CONFLICT (vessel_id) DO UPDATE SET
    seq = excluded.seq, at = excluded.at, received_at = excluded.received_at,
    lon = excluded.lon, lat = excluded.lat, x = excluded.x, y = excluded.y,
    ais_at = excluded.ais_at, vms_at = excluded.vms_at,
    device_id = excluded.device_id, speed_kn = excluded.speed_kn,
    course_deg = excluded.course_deg, heading_deg = excluded.heading_deg,
    error_m = excluded.error_m, flags = excluded.flags,
    receiver_id = excluded.receiver_id, branch = excluded.branch,
    status = excluded.status, digest = excluded.digest
