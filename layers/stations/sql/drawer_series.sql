-- Every series of a station with its newest value, what counts of it, and the limit
-- that it comes closest to at this time.
SELECT s.id, s.parameter, s.unit, s.averaging_minutes, l.at,
    coalesce(j.value, l.value), l.value, l.status, coalesce(j.flag, l.qc),
    j.review_id IS NOT NULL, w.limit_value, w.direction, w.averaging_minutes,
    w.statistic, w.ratio, m.legal_source
FROM stations_series s
LEFT JOIN stations_latest l ON l.series_id = s.id
LEFT JOIN stations_judgement j ON j.series_id = s.id AND j.at = l.at
LEFT JOIN (
    SELECT DISTINCT ON (series_id) * FROM stations_measured_at(%(ids)s, %(ats)s)
    ORDER BY series_id, ratio DESC NULLS LAST
) w ON w.series_id = s.id
LEFT JOIN stations_limit m ON m.id = w.limit_id
WHERE s.station_id = %(station)s
ORDER BY s.id
