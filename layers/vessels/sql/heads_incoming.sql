CREATE TEMPORARY TABLE IF NOT EXISTS vessels_head_incoming (
    device_id bigint, newest timestamptz, distress_at timestamptz, state bytea
) ON COMMIT DELETE ROWS;
TRUNCATE vessels_head_incoming
