-- Valid values of some parameters in a span of time, with their station.
SELECT
    s.station_id,
    s.number::int4 AS parameter,
    extract(epoch FROM o.at)::float8 AS at,
    o.value,
    extract(epoch FROM o.received_at)::float8 AS received_at
FROM (
    SELECT x.id, x.station_id, a.number
    FROM stations_series x
    JOIN unnest(%(parameters)s::text[]) WITH ORDINALITY AS a (parameter, number)
        USING (parameter)
    WHERE %(ids)s::bigint[] IS NULL OR x.station_id = ANY(%(ids)s::bigint[])
) s
JOIN stations_current o ON o.series_id = s.id
WHERE o.at >= to_timestamp(%(since)s) AND o.at < to_timestamp(%(until)s)
    AND o.status = 0 AND o.value IS NOT NULL AND o.qc <> 4
