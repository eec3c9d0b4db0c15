-- Mean over the units of a level for each period: the newest publication of each
-- unit, only where as many units have a figure as say something of a mean.
SELECT n.period_start, n.period_end, avg(n.value)::float8
FROM (
    SELECT DISTINCT ON (f.unit_id, f.period_end, f.period_start)
           f.period_start, f.period_end, f.value
    FROM indicators_fact f
    WHERE f.indicator_id = %(indicator)s AND f.facet = %(facet)s AND f.vintage > 0
      AND f.unit_id = ANY(%(peers)s) AND f.unit = ''
      AND f.period_end BETWEEN %(first)s AND %(last)s
    ORDER BY f.unit_id, f.period_end, f.period_start, f.published_at DESC,
             f.vintage DESC
) n
GROUP BY n.period_start, n.period_end
HAVING count(*) > 1
ORDER BY n.period_end
