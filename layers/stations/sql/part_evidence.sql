-- What every limit of a station rested on at a time, the one that binds most first.
SELECT m.parameter, m.averaging_minutes, m.unit, m.statistic, m.limit_value,
    round(m.ratio::numeric, 3)::float8, m.limit_id
FROM stations_measured_at(%s::bigint[], %s::timestamptz[]) m
WHERE m.ratio IS NOT NULL
ORDER BY m.parameter, m.averaging_minutes, m.ratio DESC,
    CASE WHEN m.direction = 'upper' THEN m.statistic - m.limit_value
        ELSE m.limit_value - m.statistic END DESC
