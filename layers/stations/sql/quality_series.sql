-- The values that count of versions, of one station, oldest first by series.
SELECT o.series_id, date_part('epoch', o.at) AS at, coalesce(o.value, 'NaN') AS value,
    o.status::int AS status, date_part('epoch', o.received_at) AS received
FROM stations_current o
JOIN stations_series s ON s.id = o.series_id
WHERE s.station_id = %(station)s AND o.at > %(since)s AND o.at <= %(until)s
ORDER BY o.series_id, o.at
