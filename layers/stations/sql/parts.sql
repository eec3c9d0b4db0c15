-- Ratio of every parameter and averaging with a limit, at given times of stations: only
-- where the series has a valid value at that very time. Two limits of one averaging
-- (pH) are one part.
SELECT m.station_id, extract(epoch FROM m.asked)::float8, m.parameter,
    m.averaging_minutes, max(m.ratio)
FROM stations_measured_at(%s::bigint[], %s::timestamptz[]) m
JOIN stations_valid v ON v.series_id = m.series_id AND v.at = m.asked
WHERE m.ratio IS NOT NULL
GROUP BY m.station_id, m.asked, m.parameter, m.averaging_minutes
