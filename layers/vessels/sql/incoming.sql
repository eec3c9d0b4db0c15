CREATE TEMPORARY TABLE IF NOT EXISTS vessels_incoming (
    vessel_id bigint, at timestamptz, digest bigint,
    lon double precision, lat double precision,
    x double precision, y double precision,
    speed_kn real, course_deg real, heading_deg real,
    status smallint, message_type smallint, source text
) ON COMMIT DELETE ROWS;
TRUNCATE vessels_incoming
