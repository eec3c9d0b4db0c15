-- Values of some parameters that count, in a span of time, with their station.
SELECT
    s.station_id,
    s.number::int4 AS parameter,
    s.minutes::int4 AS minutes,
    date_part('epoch', o.at) AS at,
    o.value,
    date_part('epoch', o.received_at) AS received_at
FROM (
    SELECT x.id, x.station_id, x.averaging_minutes AS minutes, a.number
    FROM stations_series x
    JOIN unnest(%(parameters)s::text[]) WITH ORDINALITY AS a (parameter, number)
        USING (parameter)
    WHERE %(ids)s::bigint[] IS NULL OR x.station_id = ANY(%(ids)s::bigint[])
) s
JOIN stations_judged o ON o.series_id = s.id
WHERE o.at >= to_timestamp(%(since)s) AND o.at < to_timestamp(%(until)s) AND o.valid
