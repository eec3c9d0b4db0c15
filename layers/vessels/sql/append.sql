INSERT INTO vessels_position (
    vessel_id, at, digest, received_at, lon, lat, speed_kn, course_deg,
    heading_deg, status, message_type, source
)
SELECT
    vessel_id, at, digest, now(), lon, lat, speed_kn, course_deg,
    heading_deg, status, message_type, source
FROM vessels_incoming
ON CONFLICT DO NOTHING
