-- The newest published values of the units of a level, by indicator and part: those of
-- the period and unit of measure that most of the units have (of two the later one),
-- sorted. One pass over the newest figures, no fact is read.
SELECT DISTINCT ON (g.indicator_id, g.facet) g.indicator_id, g.facet, g.period_start,
       g.period_end, g.measure, g.amounts
FROM (
    SELECT l.indicator_id, l.facet, l.period_start, l.period_end,
           coalesce(nullif(l.unit, ''), i.unit) AS measure,
           array_agg(l.value::float8 ORDER BY l.value) AS amounts
    FROM indicators_latest l
    JOIN indicators_indicator i ON i.id = l.indicator_id
    WHERE l.unit_id = ANY (%(peers)s::bigint[])
      AND l.indicator_id = ANY (%(indicators)s::bigint[])
    GROUP BY l.indicator_id, l.facet, l.period_start, l.period_end, measure
) g
ORDER BY g.indicator_id, g.facet, cardinality(g.amounts) DESC, g.period_end DESC,
         g.period_start, g.measure
