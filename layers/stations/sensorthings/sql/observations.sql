-- Every value with what counts of it.
SELECT o.*, s.station_id
FROM stations_judged o
JOIN stations_series s ON s.id = o.series_id
JOIN {visible} st ON st.id = s.station_id
