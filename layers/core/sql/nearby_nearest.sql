-- The features nearest to a point: chosen by the index, sorted by the exact distance.
SELECT n.id, n.distance_m, degrees(coalesce(ST_Azimuth(n.here, n.g), 0))
FROM (
    SELECT c.id, c.g, c.here, ST_Distance(c.g, c.here) AS distance_m
    FROM (
        SELECT f.id, ST_Point(%s, %s, 4326)::geography AS here,
               ST_ClosestPoint(f.geom, ST_Point(%s, %s, 4326))::geography AS g
        FROM {relation} AS f
        WHERE {scope} AND {filter} AND f.shape IS NOT NULL
        ORDER BY f.shape <-> ST_Transform(ST_Point(%s, %s, 4326), 3857)
        LIMIT %s
    ) c
) n
WHERE %s::float8 IS NULL OR n.distance_m <= %s::float8
ORDER BY n.distance_m, n.id
LIMIT %s
