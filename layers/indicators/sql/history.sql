-- Values of the periods before those of some series: as many steps back as `near`, and
-- beyond these the ones of the same days of earlier years, up to `far` steps. A step
-- is so many months and days; `years` are the steps in a year. One index descent each.
SELECT t.indicator_id, t.unit_id, t.facet, p.period_start, p.period_end, n.value
FROM unnest(%(indicators)s::bigint[], %(units)s::bigint[], %(facets)s::text[],
            %(starts)s::date[], %(ends)s::date[], %(months)s::int[], %(days)s::int[],
            %(near)s::int[], %(years)s::int[], %(far)s::int[])
    AS t (indicator_id, unit_id, facet, period_start, period_end, months, days, near,
          years, far)
CROSS JOIN LATERAL generate_series(0, t.far) AS k
CROSS JOIN LATERAL (
    SELECT make_interval(months => t.months * k, days => t.days * k) AS back
) s
CROSS JOIN LATERAL (
    -- the day after the last is the first of a month: that has no 29th to lose
    SELECT (t.period_start - s.back)::date AS period_start,
           (t.period_end + 1 - s.back)::date - 1 AS period_end
) p
CROSS JOIN LATERAL (
    SELECT f.value::float8 AS value
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.vintage > 0
      AND f.period_end = p.period_end AND f.period_start = p.period_start
      AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
    ORDER BY f.published_at DESC, f.vintage DESC
    LIMIT 1
) n
WHERE k <= t.near OR k %% t.years = 0
