-- What was known before devices had fittings, under the vessel's first device.
INSERT INTO vessels_receiver (name)
SELECT source FROM vessels_position_before
UNION SELECT source FROM vessels_live_before;

SELECT vessels_make_partitions(day, 1)
FROM (SELECT DISTINCT (at AT TIME ZONE 'UTC')::date AS day FROM vessels_position_before) d;

INSERT INTO vessels_position (
    device_id, at, digest, received_at, lon, lat, speed_kn, course_deg, heading_deg,
    status, message_type, receiver_id
)
SELECT f.device_id, p.at, p.digest, p.received_at, p.lon, p.lat, p.speed_kn,
    p.course_deg, p.heading_deg, p.status, coalesce(p.message_type, 0), r.id
FROM vessels_position_before p
JOIN (SELECT vessel_id, min(device_id) AS device_id FROM vessels_fitting GROUP BY 1) f
    USING (vessel_id)
JOIN vessels_receiver r ON r.name = p.source;

INSERT INTO vessels_live (
    vessel_id, seq, at, received_at, lon, lat, x, y, ais_at, device_id, speed_kn,
    course_deg, heading_deg, receiver_id, status
)
SELECT l.vessel_id, l.seq, l.at, l.received_at, l.lon, l.lat, l.x, l.y, l.at,
    f.device_id, l.speed_kn, l.course_deg, l.heading_deg, r.id, l.status
FROM vessels_live_before l
JOIN (SELECT vessel_id, min(device_id) AS device_id FROM vessels_fitting GROUP BY 1) f
    USING (vessel_id)
JOIN vessels_receiver r ON r.name = l.source;

INSERT INTO vessels_dirty (device_id, branch, since)
SELECT device_id, 0, min(at) FROM vessels_position GROUP BY device_id;

DROP TABLE vessels_position_before;
DROP TABLE vessels_live_before;
