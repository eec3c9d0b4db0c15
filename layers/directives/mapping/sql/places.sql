-- A place inside each unit, for the ends of lines.
SELECT id, title, ST_X(p), ST_Y(p)
FROM {units}, LATERAL ST_PointOnSurface(geom) AS p
WHERE id = ANY(%s) AND geom IS NOT NULL
