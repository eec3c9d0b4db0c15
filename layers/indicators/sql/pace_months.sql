-- For each plan named by arrays: the sum of its months by a day, as far as they follow
-- one another from the first; last day, least vintage, newest publication.
SELECT t.indicator_id, t.unit_id, t.facet, m.*
FROM unnest(%(indicators)s::bigint[], %(units)s::bigint[], %(facets)s::text[],
            %(starts)s::date[], %(measures)s::text[], %(own)s::bool[])
    AS t (indicator_id, unit_id, facet, period_start, measure, own)
CROSS JOIN LATERAL (
    SELECT sum(n.value) AS total, max(n.period_end) AS last_day,
           min(n.vintage) AS vintage, max(n.published_at) AS published_at
    FROM (
        SELECT d.*, row_number() OVER (ORDER BY d.period_end) AS place
        FROM (
            SELECT DISTINCT ON (f.period_end)
                   f.value, f.period_end, f.vintage, f.published_at
            FROM indicators_fact f
            WHERE f.unit_id = t.unit_id AND f.indicator_id = t.indicator_id
              AND f.facet = t.facet AND f.vintage > 0
              AND (f.unit = t.measure OR f.unit = '' AND t.own)
              AND f.period_end BETWEEN t.period_start AND %(on)s
              AND f.period_start >= t.period_start
              AND f.period_end = (f.period_start + interval '1 month - 1 day')::date
              AND f.published_at <= coalesce(%(known)s::timestamptz, 'infinity')
            ORDER BY f.period_end DESC, f.published_at DESC, f.vintage DESC
        ) d
    ) n
    WHERE n.period_end + 1 = (t.period_start + n.place * interval '1 month')::date
) m
WHERE m.total IS NOT NULL
