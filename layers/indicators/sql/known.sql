-- Every version of each of the periods and vintages named by six arrays.
SELECT f.indicator_id, f.unit_id, f.facet, f.period_start, f.period_end, f.vintage,
       f.value, f.published_at
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::date[], %s::int[])
    AS k (indicator_id, unit_id, facet, period_start, period_end, vintage)
JOIN indicators_fact f
  ON f.unit_id = k.unit_id AND f.indicator_id = k.indicator_id AND f.facet = k.facet
 AND f.period_end = k.period_end AND f.period_start = k.period_start
 AND f.vintage = k.vintage
