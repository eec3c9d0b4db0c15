-- Every version of every period of one series, plans and withdrawn ones left to the
-- caller; oldest period first, in it the oldest publication.
SELECT f.indicator_id, f.unit_id, f.facet, f.id, f.value, f.unit, f.period_start,
       f.period_end, f.vintage, f.basis, f.published_at, f.load_id, f.note
FROM indicators_fact f
WHERE f.unit_id = %(unit)s AND f.indicator_id = %(indicator)s AND f.facet = %(facet)s
  AND (%(start)s::date IS NULL OR f.period_start = %(start)s)
  AND (%(end)s::date IS NULL OR f.period_end = %(end)s)
ORDER BY f.period_end, f.period_start DESC, f.published_at, f.vintage
