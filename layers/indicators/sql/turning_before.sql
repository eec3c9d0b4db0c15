-- For each fact named: the one that stood in its place before it was published, a
-- version of the same period or else the latest period of the same length.
SELECT t.indicator_id, t.unit_id, t.facet, n.id, n.value, n.unit, n.period_start,
       n.period_end, n.vintage, n.basis, n.published_at, n.load_id, n.note
FROM indicators_fact t
CROSS JOIN LATERAL (
    SELECT f.*
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.vintage > 0 AND f.id <> t.id AND f.unit = t.unit
      AND f.period_end <= t.period_end
      AND abs((f.period_end - f.period_start) - (t.period_end - t.period_start)) <= 3
    ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
WHERE t.id = ANY(%(ids)s)
