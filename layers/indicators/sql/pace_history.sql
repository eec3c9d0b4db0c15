-- For each series named by arrays: its months and its totals since 1 January, over the
-- years from %(from)s to before %(before)s. Position 12 * year + month - 1 counted
-- from the first year; `running` tells a total from a month (January is both).
SELECT t.indicator_id, t.unit_id, t.facet, array_agg(h.place), array_agg(h.running),
       array_agg(h.value)
FROM unnest(%(indicators)s::bigint[], %(units)s::bigint[], %(facets)s::text[],
            %(measures)s::text[], %(own)s::bool[])
    AS t (indicator_id, unit_id, facet, measure, own)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (f.period_end, f.period_start)
           (12 * (extract(year FROM f.period_end) - extract(year FROM %(from)s::date))
            + extract(month FROM f.period_end) - 1)::int AS place,
           extract(month FROM f.period_start) < extract(month FROM f.period_end)
               AS running,
           f.value::float8 AS value
    FROM indicators_fact f
    WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
      AND f.facet = t.facet AND f.vintage > 0 AND (f.unit = t.measure OR f.unit = '' AND t.own)
      AND f.period_end >= %(from)s AND f.period_end < %(before)s
      AND extract(month FROM f.period_end + 1) <> extract(month FROM f.period_end)
      AND (f.period_start = date_trunc('year', f.period_end)::date
           OR f.period_end = (f.period_start + interval '1 month - 1 day')::date)
      AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
    ORDER BY f.period_end DESC, f.period_start, f.published_at DESC, f.vintage DESC
) h
GROUP BY t.indicator_id, t.unit_id, t.facet
