-- Days of series between two numbers (days since 1970, by their end).
SELECT d.series_id, d.day - date '1970-01-01' + 1, d.received, d.hours,
    d.mean, d.largest_hour, d.largest_8h
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS r(series_id, first, last)
JOIN stations_day d ON d.series_id = r.series_id
    AND d.day BETWEEN date '1970-01-01' + (r.first - 1)::int
        AND date '1970-01-01' + (r.last - 1)::int
