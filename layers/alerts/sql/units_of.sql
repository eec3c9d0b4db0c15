-- For points given as columns: the smallest unit around each, and the nearest commune.
SELECT
    (SELECT u.id FROM {relation} u
     WHERE ST_Intersects(u.geom, p.place)
       AND coalesce(u.valid_from, '-infinity') <= p.day
       AND coalesce(u.valid_to, 'infinity') >= p.day
     ORDER BY ST_Area(u.geom) LIMIT 1),
    CASE WHEN p.own IS NULL THEN
        (SELECT u.id FROM {relation} u
         WHERE u.kind = 'commune' AND u.geom IS NOT NULL
           AND coalesce(u.valid_from, '-infinity') <= p.day
           AND coalesce(u.valid_to, 'infinity') >= p.day
         ORDER BY u.geom <-> p.place LIMIT 1)
    END
FROM (
    SELECT ST_Point(lon, lat, 4326) AS place, day, own, n
    FROM unnest(%s::float8[], %s::float8[], %s::date[], %s::bigint[])
        WITH ORDINALITY AS t (lon, lat, day, own, n)
) p
ORDER BY p.n
