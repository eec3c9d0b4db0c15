-- The part of the province nearer to a feature than to any other that the filter lets
-- through, its size, and what communes it covers.
WITH own AS (
    SELECT f.shape AS g FROM {relation} AS f WHERE f.id = %s AND f.shape IS NOT NULL
), others AS (
    SELECT f.shape AS g
    FROM {relation} AS f, own
    WHERE f.id <> %s AND {filter} AND f.shape IS NOT NULL
    ORDER BY f.shape <-> own.g
    LIMIT %s
), land AS (
    SELECT u.shape AS g
    FROM {units} u
    WHERE u.kind = 'province' AND u.shape IS NOT NULL AND u.current
), cells AS (
    SELECT (ST_Dump(ST_VoronoiPolygons(
               ST_Collect(p.g), 0, (SELECT ST_Extent(g)::geometry FROM land)))).geom AS g
    FROM (SELECT g FROM own UNION ALL SELECT g FROM others) p
), cell AS (
    SELECT ST_Multi(ST_CollectionExtract(ST_Intersection(c.g, l.g), 3)) AS g
    FROM own
    CROSS JOIN (SELECT ST_Union(g) AS g FROM land) l
    -- with nobody else all of the land is nearest
    JOIN LATERAL (
        SELECT cells.g FROM cells WHERE ST_Intersects(cells.g, own.g)
        UNION ALL
        SELECT l.g WHERE NOT EXISTS (SELECT FROM cells)
        LIMIT 1
    ) c ON true
), parts AS (
    SELECT u.id, u.title, u.population,
           ST_Area(ST_Intersection(u.shape, cell.g)) / nullif(ST_Area(u.shape), 0)
               AS share
    FROM {units} u, cell
    WHERE u.kind = 'commune' AND u.current AND u.shape && cell.g
      AND ST_Intersects(u.shape, cell.g)
)
SELECT ST_AsGeoJSON(ST_Transform(cell.g, 4326), 5),
       ST_Area(ST_Transform(cell.g, 4326)::geography) / 1e6,
       (SELECT sum(p.population * p.share) FROM parts p),
       (SELECT json_agg(json_build_object('unit_id', p.id, 'title', p.title,
                                          'share', round(p.share::numeric, 4))
                        ORDER BY p.share DESC, p.id)
        FROM parts p WHERE p.share >= 0.0005),
       (SELECT count(*) FROM others)
FROM cell
