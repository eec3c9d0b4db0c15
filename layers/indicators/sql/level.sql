-- The same as of a past day, or as it was known then: one index descent per unit,
-- indicator and part.
SELECT DISTINCT ON (g.indicator_id, g.facet) g.indicator_id, g.facet, g.period_start,
       g.period_end, g.measure, g.amounts
FROM (
    SELECT t.indicator_id, t.facet, n.period_start, n.period_end,
           coalesce(nullif(n.unit, ''), i.unit) AS measure,
           array_agg(n.value::float8 ORDER BY n.value) AS amounts
    FROM indicators_latest t
    JOIN indicators_indicator i ON i.id = t.indicator_id
    CROSS JOIN LATERAL (
        SELECT f.value, f.unit, f.period_start, f.period_end
        FROM indicators_fact f
        WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
          AND f.facet = t.facet AND f.vintage > 0
          AND f.period_end <= coalesce(%(date)s::date, 'infinity')
          AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
        ORDER BY f.period_end DESC, f.period_start, f.published_at DESC,
                 f.vintage DESC
        LIMIT 1
    ) n
    WHERE t.unit_id = ANY (%(peers)s::bigint[])
      AND t.indicator_id = ANY (%(indicators)s::bigint[])
    GROUP BY t.indicator_id, t.facet, n.period_start, n.period_end, measure
) g
ORDER BY g.indicator_id, g.facet, cardinality(g.amounts) DESC, g.period_end DESC,
         g.period_start, g.measure
