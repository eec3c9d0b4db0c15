-- Every series of a station with its newest value and the limit that it comes
-- closest to at this time.
SELECT s.id, s.parameter, s.unit, l.at, l.value, l.status, l.qc,
    w.limit_value, w.direction, w.averaging_minutes, w.statistic, w.ratio,
    m.legal_source
FROM stations_series s
LEFT JOIN stations_latest l ON l.series_id = s.id
LEFT JOIN (
    SELECT DISTINCT ON (series_id) * FROM stations_measured_at(%(ids)s, %(ats)s)
    ORDER BY series_id, ratio DESC NULLS LAST
) w ON w.series_id = s.id
LEFT JOIN stations_limit m ON m.id = w.limit_id
WHERE s.station_id = %(station)s
ORDER BY s.id
