-- The newest fix of each vessel in one delivery on its way into the live rows.
CREATE TEMPORARY TABLE IF NOT EXISTS vessels_newest (
    vessel_id bigint, at timestamptz, digest bigint,
    lon double precision, lat double precision, x double precision, y double precision,
    ais_at timestamptz, vms_at timestamptz, device_id bigint,
    speed_kn real, course_deg real, heading_deg real, error_m real,
    flags integer, receiver_id integer, branch smallint, status smallint
) ON COMMIT DELETE ROWS;
TRUNCATE vessels_newest
