-- The plan of each series whose period holds a day: the longest period, the newest
-- publication.
SELECT DISTINCT ON (f.unit_id, f.indicator_id, f.facet)
       f.indicator_id, f.unit_id, f.facet, f.id, f.value, f.unit, f.period_start,
       f.period_end, f.vintage, f.basis, f.published_at, f.load_id, f.note
FROM indicators_fact f
WHERE f.unit_id = ANY(%(units)s::bigint[])
  AND f.indicator_id = ANY(%(indicators)s::bigint[])
  AND f.vintage = 0 AND f.period_end >= %(on)s AND f.period_start <= %(on)s
  AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
ORDER BY f.unit_id, f.indicator_id, f.facet, f.period_end - f.period_start DESC,
         f.published_at DESC
