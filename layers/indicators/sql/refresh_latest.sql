-- Point the series named by three arrays (indicator, unit, part) to their newest
-- fact: latest period, the longer one of two that end together, latest publication.
INSERT INTO indicators_latest (indicator_id, unit_id, facet, fact_id)
SELECT DISTINCT ON (f.unit_id, f.indicator_id, f.facet)
       f.indicator_id, f.unit_id, f.facet, f.id
FROM indicators_fact f
JOIN (
    SELECT DISTINCT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[])
        AS touched (indicator_id, unit_id, facet)
) t ON (t.indicator_id, t.unit_id, t.facet) = (f.indicator_id, f.unit_id, f.facet)
ORDER BY f.unit_id, f.indicator_id, f.facet, f.period_end DESC, f.period_start,
         f.published_at DESC,
         array_position(ARRAY['estimate', 'preliminary', 'final'], f.vintage::text) DESC
ON CONFLICT (unit_id, indicator_id, facet)
DO UPDATE SET fact_id = excluded.fact_id
WHERE indicators_latest.fact_id <> excluded.fact_id
