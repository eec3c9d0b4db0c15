-- For each place named by arrays (unit, first day, last day), numbered from 1: the
-- denominator. The newest period that ends on or before the last day; where there is
-- none, the first that ends after it in the same calendar year.
SELECT c.n, f.id, f.value::float8, f.vintage, f.published_at, f.note
FROM unnest(%(units)s::bigint[], %(starts)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS c (unit_id, period_start, period_end, n)
CROSS JOIN LATERAL (
    (SELECT f.id, f.value, f.vintage, f.published_at, f.note, 1 AS place
     FROM indicators_fact f
     WHERE f.unit_id = c.unit_id AND f.indicator_id = %(indicator)s
       AND f.facet = %(facet)s AND f.vintage > 0 AND f.period_end <= c.period_end
       AND (%(measures)s::text[] IS NULL OR f.unit = ANY(%(measures)s))
     ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
     LIMIT 1)
    UNION ALL
    (SELECT f.id, f.value, f.vintage, f.published_at, f.note, 2
     FROM indicators_fact f
     WHERE f.unit_id = c.unit_id AND f.indicator_id = %(indicator)s
       AND f.facet = %(facet)s AND f.vintage > 0 AND f.period_end > c.period_end
       AND f.period_end < date_trunc('year', c.period_end) + interval '1 year'
       AND (%(measures)s::text[] IS NULL OR f.unit = ANY(%(measures)s))
     ORDER BY f.period_end, f.period_start, f.published_at DESC, f.vintage DESC
     LIMIT 1)
    ORDER BY place
    LIMIT 1
) f
