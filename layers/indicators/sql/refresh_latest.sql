-- Point the series named by three arrays (indicator, unit, part) to their newest
-- measured fact: latest period, the longer one of two that end together, latest
-- publication. Plans (vintage 0) are no measured facts.
INSERT INTO indicators_latest (indicator_id, unit_id, facet, fact_id, value, unit,
                               period_start, period_end)
SELECT t.indicator_id, t.unit_id, t.facet, n.id, n.value, n.unit, n.period_start,
       n.period_end
FROM (
    SELECT DISTINCT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
        AS touched (indicator_id, unit_id, facet)
) t
CROSS JOIN LATERAL (
    SELECT f.id, f.value, f.unit, f.period_start, f.period_end
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.vintage > 0
    ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
ON CONFLICT (unit_id, indicator_id, facet)
DO UPDATE SET fact_id = excluded.fact_id, value = excluded.value,
    unit = excluded.unit, period_start = excluded.period_start,
    period_end = excluded.period_end
WHERE indicators_latest.fact_id <> excluded.fact_id
