-- Returns the vessels whose live row moved, the time it moved to, and the message.
INSERT INTO vessels_live AS live (
    vessel_id, seq, at, digest, received_at, lon, lat, x, y, ais_at, vms_at, device_id,
    speed_kn, course_deg, heading_deg, error_m, flags, receiver_id, branch, status
)
SELECT
    vessel_id, %s, at, digest, now(), lon, lat, x, y, ais_at, vms_at, device_id,
    speed_kn, course_deg, heading_deg, error_m, flags, receiver_id, branch, status
FROM vessels_newest
ON CONFLICT (vessel_id) DO UPDATE SET
    seq = excluded.seq, at = excluded.at, digest = excluded.digest,
    received_at = excluded.received_at, lon = excluded.lon, lat = excluded.lat,
    x = excluded.x, y = excluded.y,
    ais_at = greatest(live.ais_at, excluded.ais_at),
    vms_at = greatest(live.vms_at, excluded.vms_at),
    device_id = excluded.device_id, speed_kn = excluded.speed_kn,
    course_deg = excluded.course_deg, heading_deg = excluded.heading_deg,
    error_m = excluded.error_m, flags = excluded.flags,
    receiver_id = excluded.receiver_id, branch = excluded.branch,
    status = excluded.status
WHERE (live.at, excluded.digest) < (excluded.at, live.digest)
RETURNING vessel_id, extract(epoch FROM at)::float8, digest
