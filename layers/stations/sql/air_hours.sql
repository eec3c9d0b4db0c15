-- Valid hourly means of the pollutants of VN_AQI: at least three quarters of the values.
SELECT s.station_id, s.parameter,
    extract(epoch FROM date_trunc('hour', o.at - interval '1 microsecond')
        + interval '1 hour')::bigint AS hour,
    avg(o.value)
FROM stations_series s
JOIN stations_valid o ON o.series_id = s.id
WHERE s.station_id = ANY(%(stations)s) AND s.parameter = ANY(%(parameters)s)
    AND s.unit = 'µg/m³'
    AND o.at > to_timestamp(%(after)s) AND o.at <= to_timestamp(%(until)s)
GROUP BY s.station_id, s.parameter, s.averaging_minutes, hour
HAVING count(*) >= 0.75 * 60 / s.averaging_minutes
