-- Of each period named by six arrays: the figure that stands (plans beside plans,
-- measured values beside measured ones), and the newest one of an earlier period of
-- about the same length.
SELECT k.n, s.id, s.value, s.vintage, s.published_at,
       b.value, b.period_start, b.period_end
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::date[], %s::bool[])
    WITH ORDINALITY
    AS k (indicator_id, unit_id, facet, period_start, period_end, plan, n)
LEFT JOIN LATERAL (
    SELECT f.id, f.value, f.vintage, f.published_at
    FROM indicators_fact f
    WHERE f.unit_id = k.unit_id AND f.indicator_id = k.indicator_id
      AND f.facet = k.facet AND f.period_end = k.period_end
      AND f.period_start = k.period_start AND (f.vintage = 0) = k.plan
    ORDER BY f.published_at DESC, f.vintage DESC
    LIMIT 1
) s ON true
LEFT JOIN LATERAL (
    SELECT f.value, f.period_start, f.period_end
    FROM indicators_fact f
    WHERE f.unit_id = k.unit_id AND f.indicator_id = k.indicator_id
      AND f.facet = k.facet AND f.period_end < k.period_end
      AND (f.vintage = 0) = k.plan
      AND abs((f.period_end - f.period_start) - (k.period_end - k.period_start)) <= 5
    ORDER BY f.period_end DESC, f.published_at DESC, f.vintage DESC
    LIMIT 1
) b ON true
ORDER BY k.n
