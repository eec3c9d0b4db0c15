-- For each place named by arrays (unit, first day, last day), numbered from 1: every
-- measured publication of one indicator (the whole, no part) for just that period.
SELECT c.n, f.id, f.value::float8, f.vintage, f.published_at, f.basis, f.inputs
FROM unnest(%(units)s::bigint[], %(starts)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS c (unit_id, period_start, period_end, n)
JOIN indicators_fact f
  ON f.unit_id = c.unit_id AND f.indicator_id = %(indicator)s AND f.facet = ''
 AND f.period_end = c.period_end AND f.period_start = c.period_start AND f.vintage > 0
