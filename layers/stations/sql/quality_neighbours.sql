-- Hourly means of a series and of the same parameter of other stations of its kind
-- within some distance, whole hours only.
SELECT h.series_id, date_part('epoch', h.hour), h.mean
FROM stations_series own
JOIN stations_station here ON here.id = own.station_id
JOIN stations_station near ON near.kind = here.kind
    AND ST_DWithin(near.geom::geography, here.geom::geography, %(metres)s)
JOIN stations_series s ON s.station_id = near.id AND s.parameter = own.parameter
    AND s.unit = own.unit AND s.averaging_minutes = own.averaging_minutes
JOIN stations_hour h ON h.series_id = s.id
WHERE own.id = %(series)s AND h.hour > %(since)s AND h.hour <= %(until)s
    AND h.mean IS NOT NULL AND h.valid * s.averaging_minutes >= 45
