-- Add values that are not known yet; the ordinals of those added come back.
-- The same value and status again is a duplicate, whichever version held it;
-- anything else becomes the next version.
WITH incoming AS (
    SELECT * FROM unnest(
        %(n)s::int[], %(series)s::bigint[], %(at)s::float8[], %(value)s::float8[],
        %(status)s::smallint[], %(qc)s::smallint[], %(received)s::float8[],
        %(batch)s::bigint[]
    ) AS u(n, series_id, epoch, value, status, qc, received, batch_id)
), timed AS (
    SELECT i.n, i.series_id, to_timestamp(i.epoch) AS at, nullif(i.value, 'NaN') AS value,
        i.status, i.qc, to_timestamp(i.received) AS received_at, i.batch_id
    FROM incoming i
), known AS (
    SELECT o.series_id, o.at, o.version, o.value, o.status
    FROM stations_observation o
    JOIN (SELECT DISTINCT series_id, at FROM timed) t USING (series_id, at)
    WHERE o.at BETWEEN to_timestamp(%(first)s) AND to_timestamp(%(last)s)
), fresh AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.series_id, t.at ORDER BY t.n)
        + coalesce((SELECT max(k.version) FROM known k
            WHERE k.series_id = t.series_id AND k.at = t.at), 0) AS version
    FROM timed t
    WHERE NOT EXISTS (
        SELECT 1 FROM known k WHERE k.series_id = t.series_id AND k.at = t.at
            AND k.value IS NOT DISTINCT FROM t.value AND k.status = t.status
    )
), stored AS (
    INSERT INTO stations_observation
        (series_id, at, version, value, status, qc, received_at, batch_id)
    SELECT series_id, at, version, value, status, qc, received_at, batch_id FROM fresh
), moved AS (
    INSERT INTO stations_latest
        (series_id, at, version, value, status, qc, received_at)
    SELECT DISTINCT ON (series_id)
        series_id, at, version, value, status, qc, received_at
    FROM fresh ORDER BY series_id, at DESC, version DESC
    ON CONFLICT (series_id) DO UPDATE SET at = excluded.at,
        version = excluded.version, value = excluded.value, status = excluded.status,
        qc = excluded.qc, received_at = excluded.received_at
    WHERE (stations_latest.at, stations_latest.version)
        < (excluded.at, excluded.version)
)
SELECT n FROM fresh
