-- For each plan named by arrays (series, first day, unit of measure, does it add up):
-- what was reached by a day. Of what adds up the newest running total; else the newest
-- value of a period that ends within the plan's.
SELECT t.indicator_id, t.unit_id, t.facet, n.id, n.value, n.unit, n.period_start,
       n.period_end, n.vintage, n.basis, n.published_at, n.load_id, n.note
FROM unnest(%(indicators)s::bigint[], %(units)s::bigint[], %(facets)s::text[],
            %(starts)s::date[], %(measures)s::text[], %(own)s::bool[],
            %(running)s::bool[])
    AS t (indicator_id, unit_id, facet, period_start, measure, own, running)
CROSS JOIN LATERAL (
    SELECT f.*
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.vintage > 0 AND (f.unit = t.measure OR f.unit = '' AND t.own)
      AND f.period_end BETWEEN t.period_start AND %(on)s
      AND (NOT t.running OR f.period_start = t.period_start)
      AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
    ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
