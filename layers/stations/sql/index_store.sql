-- Store indices of one kind and period; a row that says the same is left alone.
INSERT INTO stations_index AS i
    (station_id, kind, period, at, value, parameter, parts, reason)
SELECT u.station_id, %(kind)s, %(period)s, to_timestamp(u.at), u.value, u.parameter,
    u.parts, u.reason
FROM unnest(%(station)s::bigint[], %(at)s::bigint[], %(value)s::smallint[],
    %(parameter)s::text[], %(parts)s::jsonb[], %(reason)s::text[])
    AS u(station_id, at, value, parameter, parts, reason)
ON CONFLICT ON CONSTRAINT index_once DO UPDATE
SET value = excluded.value, parameter = excluded.parameter, parts = excluded.parts,
    reason = excluded.reason
WHERE (i.value, i.parameter, i.parts, i.reason) IS DISTINCT FROM
    (excluded.value, excluded.parameter, excluded.parts, excluded.reason)
