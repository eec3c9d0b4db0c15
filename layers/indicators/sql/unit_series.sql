-- The series (indicator, part) that units have measured figures of.
SELECT DISTINCT indicator_id, facet
FROM indicators_latest
WHERE unit_id = ANY (%(units)s::bigint[])
  AND (%(indicators)s::bigint[] IS NULL OR indicator_id = ANY (%(indicators)s))
