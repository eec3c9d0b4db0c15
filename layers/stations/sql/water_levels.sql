-- Valid water levels of stations in a span, oldest first.
SELECT s.station_id, extract(epoch FROM o.at)::float8, o.value
FROM stations_series s
JOIN stations_valid o ON o.series_id = s.id
WHERE s.station_id = ANY(%(ids)s) AND s.parameter = 'Level'
    AND o.at > %(since)s AND o.at <= %(until)s
ORDER BY s.station_id, o.at
