-- Features of a layer that lie in an area, with the unit that each belongs to and how
-- far it is from the middle of the area: nearest first, those of the largest share of
-- the area first where they have an extent themselves.
WITH area AS (
    SELECT ST_Transform(ST_SetSRID(ST_GeomFromWKB(%s), 4326), 3857) AS g
)
SELECT f.id, f.title, {unit} AS unit_id,
       ST_X(p.at) AS lon, ST_Y(p.at) AS lat,
       ST_DistanceSphere(p.at, ST_Transform(ST_PointOnSurface(a.g), 4326)) AS metres
FROM {relation} AS f
CROSS JOIN area a
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(f.geom) AS at) p
WHERE {filter} AND f.shape && a.g AND ST_Intersects(f.shape, a.g)
ORDER BY CASE WHEN ST_Dimension(f.shape) = 2
              THEN ST_Area(ST_Intersection(f.shape, a.g)) ELSE 0 END DESC,
         metres, f.id
LIMIT %s
