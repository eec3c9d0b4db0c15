-- Periods of the indicators that a formula reads, in the units named and from the year
-- named beside each on: where a changed denominator may count.
SELECT DISTINCT f.unit_id, f.period_start, f.period_end
FROM unnest(%(units)s::bigint[], %(ends)s::date[]) AS c (unit_id, period_end)
JOIN indicators_fact f
  ON f.unit_id = c.unit_id AND f.indicator_id = ANY(%(indicators)s)
 AND f.period_end >= date_trunc('year', c.period_end)::date AND f.vintage > 0
