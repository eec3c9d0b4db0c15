-- All versions of values of some series in spans of time; n is the span, from 0.
SELECT (s.n - 1)::int AS n, v.series_id, v.at, v.version, v.value, v.status, v.qc,
    v.received
FROM unnest(%(series)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    WITH ORDINALITY AS s(series_id, since, until, n)
CROSS JOIN LATERAL (
    SELECT o.series_id, date_part('epoch', o.at) AS at, o.version::int,
        coalesce(o.value, 'NaN') AS value, o.status::int, o.qc::int,
        date_part('epoch', o.received_at) AS received
    FROM stations_observation o
    WHERE o.series_id = s.series_id AND o.at BETWEEN s.since AND s.until
    -- a span at a time, by the primary key: never a join over all months
    OFFSET 0
) v
