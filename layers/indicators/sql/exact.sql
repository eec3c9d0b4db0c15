-- For each series and period named by five arrays: the newest publication by `known`;
-- measured figures, or the plan where `plans` is true.
SELECT t.indicator_id, t.unit_id, t.facet, n.id, n.value, n.unit, n.period_start,
       n.period_end, n.vintage, n.basis, n.published_at, n.load_id, n.note
FROM unnest(%(indicators)s::bigint[], %(units)s::bigint[], %(facets)s::text[],
            %(starts)s::date[], %(ends)s::date[])
    AS t (indicator_id, unit_id, facet, period_start, period_end)
CROSS JOIN LATERAL (
    SELECT f.*
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.period_end = t.period_end
      AND f.period_start = t.period_start AND (f.vintage = 0) = %(plans)s
      AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
    ORDER BY f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
