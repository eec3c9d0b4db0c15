-- For each series named by three arrays (indicator, unit, part): the newest measured
-- fact whose period ends by `date` and that was published by `known`; of two periods
-- that end together the longer one. One index descent per series
-- (fact_published_once). Either bound may be NULL.
SELECT t.indicator_id, t.unit_id, t.facet, n.id, n.value, n.unit, n.period_start,
       n.period_end, n.vintage, n.basis, n.published_at, n.load_id, n.note
FROM unnest(%(indicators)s::bigint[], %(units)s::bigint[], %(facets)s::text[])
    AS t (indicator_id, unit_id, facet)
CROSS JOIN LATERAL (
    SELECT f.*
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.vintage > 0
      AND f.period_end <= coalesce(%(date)s::date, 'infinity')
      AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
    ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
