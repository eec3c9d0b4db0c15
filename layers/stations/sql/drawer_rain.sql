-- Rain of a station in the hours up to a time, millimetres, from single values.
SELECT n.hours, sum(v.value), count(v.value), min(s.averaging_minutes)
FROM unnest(ARRAY[1, 3, 6, 12, 24]) AS n(hours)
JOIN stations_series s ON s.station_id = %(station)s AND s.parameter = 'Rain'
LEFT JOIN stations_valid v ON v.series_id = s.id AND v.at <= %(at)s
    AND v.at > %(at)s - make_interval(hours => n.hours)
    AND v.at > %(at)s - interval '24 hours'
GROUP BY n.hours ORDER BY n.hours
