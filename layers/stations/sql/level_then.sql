-- The newest valid water level of a station at a time, of the hour before it.
SELECT o.value, o.at
FROM stations_series s
JOIN stations_valid o ON o.series_id = s.id
WHERE s.station_id = %(station)s AND s.parameter = 'Level'
    AND o.at <= %(at)s AND o.at > %(at)s - interval '1 hour'
ORDER BY o.at DESC LIMIT 1
