-- The seat of each unit, else a place inside it: the ends of lines.
SELECT id, title, ST_X(p), ST_Y(p)
FROM {units}, LATERAL coalesce(seat, ST_PointOnSurface(geom)) AS p
WHERE id = ANY(%s) AND geom IS NOT NULL
