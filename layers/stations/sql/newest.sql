-- The time of the newest value of each station, of any status.
SELECT s.station_id, extract(epoch FROM max(l.at))
FROM stations_series s JOIN stations_latest l ON l.series_id = s.id
WHERE s.station_id = ANY(%s) GROUP BY s.station_id
