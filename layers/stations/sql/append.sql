-- Add values that are not known yet; the ordinals of those added come back.
-- The same value and status again is a duplicate, whichever version held it;
-- anything else becomes the next version.
WITH fresh AS (
    SELECT a.*, row_number() OVER (PARTITION BY a.series_id, a.at ORDER BY a.n)
        + coalesce(k.version, 0) AS version
    FROM stations_arriving a
    CROSS JOIN LATERAL (
        SELECT max(o.version) AS version, bool_or(
            o.value IS NOT DISTINCT FROM a.value AND o.status = a.status) AS same
        FROM stations_observation o
        WHERE o.series_id = a.series_id AND o.at = a.at
            AND o.at BETWEEN to_timestamp(%(first)s) AND to_timestamp(%(last)s)
    ) k
    WHERE k.same IS NOT TRUE
), stored AS (
    INSERT INTO stations_observation
        (series_id, at, version, value, status, qc, received_at, batch_id)
    SELECT series_id, at, version, value, status, qc, received_at, batch_id FROM fresh
)
SELECT n FROM fresh
