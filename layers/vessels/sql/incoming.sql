-- One delivery on its way into the tables. NaN and -1 (0 for batch_id) stand for
-- NULL, so that it can be copied from arrays. kind: 1 AIS, 2 counted VMS, 0 else;
-- moves: 1 where the fix may move the live row.
CREATE TEMPORARY TABLE IF NOT EXISTS vessels_incoming (
    device_id bigint, at timestamptz, digest bigint,
    lon double precision, lat double precision, x double precision, y double precision,
    batch_id bigint, line_no integer,
    speed_kn real, course_deg real, heading_deg real, turn_deg_min real, error_m real,
    flags integer, receiver_id integer, branch smallint, status smallint,
    message_type smallint, vessel_id bigint, kind smallint, moves smallint
) ON COMMIT DELETE ROWS;
TRUNCATE vessels_incoming
