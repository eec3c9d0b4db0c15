-- Returns the vessels whose live row moved, and the time it moved to.
INSERT INTO vessels_live AS live (
    vessel_id, seq, at, received_at, lon, lat, x, y, speed_kn, course_deg,
    heading_deg, status, source
)
SELECT DISTINCT ON (vessel_id)
    vessel_id, %s, at, now(), lon, lat, x, y, speed_kn, course_deg,
    heading_deg, status, source
FROM vessels_incoming
ORDER BY vessel_id, at DESC, digest
ON CONFLICT (vessel_id) DO UPDATE SET
    seq = excluded.seq, at = excluded.at, received_at = excluded.received_at,
    lon = excluded.lon, lat = excluded.lat, x = excluded.x, y = excluded.y,
    speed_kn = excluded.speed_kn, course_deg = excluded.course_deg,
    heading_deg = excluded.heading_deg, status = excluded.status,
    source = excluded.source
WHERE live.at < excluded.at
RETURNING vessel_id, extract(epoch FROM at)::float8
