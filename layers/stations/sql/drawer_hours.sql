-- How much of what was expected came and counts: the 24 hours up to a time, and the
-- local month of it. Only series that are in use are expected to deliver.
WITH wanted AS (
    SELECT s.id, 60.0 / s.averaging_minutes AS hourly
    FROM stations_series s WHERE s.station_id = %(station)s AND s.active
), month AS (
    SELECT date_trunc('month', %(at)s AT TIME ZONE 'Asia/Ho_Chi_Minh')
        AT TIME ZONE 'Asia/Ho_Chi_Minh' AS begins
)
SELECT
    (SELECT sum(hourly) * 24 FROM wanted),
    (SELECT sum(h.received) FROM wanted w JOIN stations_hour h ON h.series_id = w.id
        WHERE h.hour > %(at)s - interval '24 hours' AND h.hour <= %(at)s),
    (SELECT sum(h.valid) FROM wanted w JOIN stations_hour h ON h.series_id = w.id
        WHERE h.hour > %(at)s - interval '24 hours' AND h.hour <= %(at)s),
    (SELECT sum(hourly) FROM wanted)
        * ceil(extract(epoch FROM %(at)s - month.begins) / 3600),
    (SELECT sum(h.received) FROM wanted w JOIN stations_hour h ON h.series_id = w.id
        WHERE h.hour > month.begins AND h.hour <= %(at)s),
    (SELECT sum(h.valid) FROM wanted w JOIN stations_hour h ON h.series_id = w.id
        WHERE h.hour > month.begins AND h.hour <= %(at)s)
FROM month
