-- The last 24 hours of a station's series in steps of a quarter of an hour.
SELECT o.series_id,
    floor(extract(epoch FROM o.at - %(start)s) / 900)::int AS step, avg(o.value)
FROM stations_series s
JOIN stations_valid o ON o.series_id = s.id
WHERE s.station_id = %(station)s AND o.at > %(start)s AND o.at <= %(end)s
GROUP BY o.series_id, step ORDER BY o.series_id, step
