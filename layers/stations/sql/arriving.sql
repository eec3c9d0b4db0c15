-- Where a delivery waits to be compared with what is stored: by COPY, in the order of
-- series and time, so that look-up and index move forward.
CREATE TEMPORARY TABLE IF NOT EXISTS stations_arriving (
    n int, series_id bigint, at timestamptz, value float8, status smallint,
    qc smallint, received_at timestamptz, batch_id bigint
) ON COMMIT DELETE ROWS;
TRUNCATE stations_arriving;
