-- The communes of a day that an area touches, with what part of their land lies in it
-- and what part of the area they are. A place without extent lies in the unit whole.
WITH area AS (
    SELECT ST_Transform(ST_SetSRID(ST_GeomFromWKB(%s), 4326), 3857) AS g
)
SELECT u.id,
       CASE WHEN ST_Area(a.g) = 0 THEN 1.0
            WHEN i.g IS NULL THEN 1.0
            ELSE ST_Area(i.g) / nullif(ST_Area(u.shape), 0) END AS share,
       CASE WHEN ST_Area(a.g) = 0 THEN 1.0
            ELSE ST_Area(coalesce(i.g, u.shape)) / ST_Area(a.g) END AS of_area
FROM {units} AS u
CROSS JOIN area a
CROSS JOIN LATERAL (
    -- cutting is dear: not where the whole unit lies inside
    SELECT CASE WHEN ST_Covers(a.g, u.shape) THEN NULL
                ELSE ST_Intersection(u.shape, a.g) END AS g
) i
WHERE {scope} AND u.kind = 'commune' AND u.current
  AND u.shape && a.g AND ST_Intersects(u.shape, a.g)
ORDER BY share DESC, u.id
