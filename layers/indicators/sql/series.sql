-- For each series of a unit: its newest fact and the values of its last periods
-- (one per period, the newest publication), oldest first.
SELECT i.id, f.facet, f.value, coalesce(nullif(f.unit, ''), i.unit) AS unit,
       f.period_start, f.period_end, f.vintage, f.published_at, o.source, f.note, f.id AS fact_id, t.trend
FROM indicators_latest l
JOIN indicators_indicator i ON i.id = l.indicator_id
JOIN indicators_fact f ON f.id = l.fact_id
JOIN indicators_load o ON o.id = f.load_id
CROSS JOIN LATERAL (
    SELECT array_agg(p.value ORDER BY p.period_end) AS trend
    FROM (
        SELECT DISTINCT ON (s.period_end) s.period_end, s.value
        FROM indicators_fact s
        WHERE s.unit_id = l.unit_id AND s.indicator_id = l.indicator_id
          AND s.facet = l.facet AND s.vintage > 0
          -- periods of the same length: a quarter is not drawn among years
          AND abs((s.period_end - s.period_start)
                  - (f.period_end - f.period_start)) <= 3
        ORDER BY s.period_end DESC, s.period_start, s.published_at DESC
        LIMIT 24
    ) p
) t
WHERE l.unit_id = %s
ORDER BY i.code, f.facet
