-- For each place named by arrays (unit, first day, last day), numbered from 1: the
-- newest measured publication of one series for just that period.
SELECT c.n, f.id, f.value::float8, f.vintage, f.published_at, f.note
FROM unnest(%(units)s::bigint[], %(starts)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS c (unit_id, period_start, period_end, n)
CROSS JOIN LATERAL (
    SELECT f.id, f.value, f.vintage, f.published_at, f.note
    FROM indicators_fact f
    WHERE f.unit_id = c.unit_id AND f.indicator_id = %(indicator)s
      AND f.facet = %(facet)s AND f.period_end = c.period_end
      AND f.period_start = c.period_start AND f.vintage > 0
      AND (%(measures)s::text[] IS NULL OR f.unit = ANY(%(measures)s))
    ORDER BY f.published_at DESC, f.vintage DESC
    LIMIT 1
) f
