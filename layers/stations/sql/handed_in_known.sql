-- The value and status that count of stations, parameters, minutes and times.
SELECT s.station_id, s.parameter, s.averaging_minutes, extract(epoch FROM o.at),
    o.value, o.status
FROM unnest(%(stations)s::bigint[], %(symbols)s::text[], %(minutes)s::int[],
    %(at)s::float8[]) k(station_id, parameter, minutes, at)
JOIN stations_series s ON s.station_id = k.station_id AND s.parameter = k.parameter
    AND s.averaging_minutes = k.minutes
JOIN stations_current o ON o.series_id = s.id AND o.at = to_timestamp(k.at)
