-- Communes valid on a day that an outline touches, with the share of each inside it.
SELECT u.id, (ST_Area(ST_Intersection(u.geom, a.geom))
    / nullif(ST_Area(u.geom), 0))::float8 AS share
FROM {units} u
JOIN (SELECT ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326) AS geom) a
    ON ST_Intersects(u.geom, a.geom)
WHERE u.kind = 'commune'
    AND coalesce(u.valid_from, '-infinity') <= %s
    AND coalesce(u.valid_to, 'infinity') >= %s
    AND {scope}
ORDER BY share DESC, u.id
