-- What anybody may read: stations shown to the public, with the newest hourly index of
-- the last three hours.
SELECT s.title, s.kind, ST_X(s.geom), ST_Y(s.geom), s.unit_id, s.address,
    i.value, i.parameter, i.at, i.reason
FROM stations_station s
LEFT JOIN LATERAL (
    SELECT x.value, x.parameter, x.at, x.reason FROM stations_index x
    WHERE x.station_id = s.id AND x.period = 'hour'
        AND x.kind = CASE s.kind WHEN 'air' THEN 'vn_aqi' ELSE 'vn_wqi' END
        AND x.at <= %(now)s AND x.at > %(now)s - interval '3 hours'
    ORDER BY x.at DESC LIMIT 1
) i ON true
WHERE s.public AND s.active AND s.kind IN ('air', 'surface_water')
ORDER BY s.kind, s.title, s.id
