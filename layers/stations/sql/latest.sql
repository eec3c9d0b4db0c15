-- The newest value of some series as it counts now. Given is a time of each at or
-- after which it has values, NULL for the time that is kept.
WITH asked AS (
    SELECT u.series_id, greatest(l.at, to_timestamp(u.epoch)) AS at
    FROM unnest(%(series)s::bigint[], %(at)s::float8[]) AS u(series_id, epoch)
    LEFT JOIN stations_latest l ON l.series_id = u.series_id
)
INSERT INTO stations_latest AS l
    (series_id, at, version, value, status, qc, received_at)
SELECT n.series_id, n.at, n.version, n.value, n.status, n.flag, n.received_at
FROM asked a
CROSS JOIN LATERAL (
    SELECT * FROM stations_judged j
    -- seconds as a float may differ from the stored time in the last microsecond
    WHERE j.series_id = a.series_id AND j.at >= a.at - interval '1 millisecond'
    ORDER BY j.at DESC LIMIT 1
) n
ON CONFLICT (series_id) DO UPDATE SET at = excluded.at, version = excluded.version,
    value = excluded.value, status = excluded.status, qc = excluded.qc,
    received_at = excluded.received_at
WHERE (l.at, l.version, l.value, l.status, l.qc) IS DISTINCT FROM
    (excluded.at, excluded.version, excluded.value, excluded.status, excluded.qc)
