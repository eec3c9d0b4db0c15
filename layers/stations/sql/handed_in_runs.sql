-- What a batch brought and still counts, as runs of one series without other values
-- between; a value that was known before it stands alone, with that value.
WITH mine AS (
    SELECT o.series_id, min(o.at) AS first, max(o.at) AS last
    FROM stations_series s
    JOIN stations_observation o ON o.series_id = s.id AND o.batch_id = %(batch)s
        AND o.at BETWEEN to_timestamp(%(first)s) AND to_timestamp(%(last)s)
    WHERE s.station_id = ANY(%(stations)s::bigint[])
    GROUP BY o.series_id
), numbered AS (
    SELECT o.series_id, o.at, coalesce(o.batch_id = %(batch)s, false) AS ours,
        (SELECT b.value FROM stations_observation b
            WHERE b.series_id = o.series_id AND b.at = o.at AND b.version < o.version
            ORDER BY b.version DESC LIMIT 1) AS before,
        row_number() OVER (PARTITION BY o.series_id ORDER BY o.at) AS n
    FROM mine m
    JOIN stations_current o ON o.series_id = m.series_id
        AND o.at BETWEEN m.first AND m.last
), islands AS (
    SELECT series_id, at, before, n - row_number() OVER (
        PARTITION BY series_id ORDER BY at) AS island
    FROM numbered WHERE ours AND before IS NULL
)
SELECT series_id, min(at), max(at), NULL::float8 FROM islands
GROUP BY series_id, island, date_trunc('year', at)
UNION ALL
SELECT series_id, at, at, before FROM numbered WHERE ours AND before IS NOT NULL
ORDER BY 1, 2
