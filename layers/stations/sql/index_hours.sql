-- Hours of series between two numbers (hours since 1970, by their end).
SELECT h.series_id, extract(epoch FROM h.hour)::bigint / 3600, h.received, h.valid,
    h.mean, NULL::float8, NULL::float8
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS r(series_id, first, last)
JOIN stations_hour h ON h.series_id = r.series_id
    AND h.hour BETWEEN to_timestamp(r.first * 3600) AND to_timestamp(r.last * 3600)
