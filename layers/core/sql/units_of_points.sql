-- For points named by four arrays (number, lon, lat, named commune): the commune that
-- holds each today, and how far it lies outside the named one, metres.
SELECT p.number,
       (SELECT u.id FROM {units} u
        WHERE u.kind = 'commune' AND u.current
          AND ST_Intersects(u.geom, ST_Point(p.lon, p.lat, 4326))
        ORDER BY u.id LIMIT 1),
       ST_Distance(n.geom::geography, ST_Point(p.lon, p.lat, 4326)::geography)
FROM unnest(%s::int[], %s::float8[], %s::float8[], %s::bigint[])
    AS p (number, lon, lat, named)
LEFT JOIN {units} n ON n.id = p.named
