INSERT INTO vessels_position (
    device_id, at, digest, received_at, lon, lat, batch_id, line_no, speed_kn,
    course_deg, heading_deg, turn_deg_min, error_m, flags, receiver_id, branch,
    status, message_type
)
SELECT
    device_id, at, digest, now(), lon, lat, nullif(batch_id, 0), nullif(line_no, 0),
    nullif(speed_kn, 'NaN'), nullif(course_deg, 'NaN'), nullif(heading_deg, 'NaN'),
    nullif(turn_deg_min, 'NaN'), nullif(error_m, 'NaN'), flags, receiver_id, branch,
    nullif(status, -1), message_type
FROM vessels_incoming
ON CONFLICT DO NOTHING
