-- Names that texts may use for a place: communes in force, and the districts that
-- ended. A district's point lies in the commune of its old seat. {units} is the
-- relation of the layer of administrative units.
SELECT today.id AS unit_id, named.title, named.kind,
       ST_X(named.point) AS lon, ST_Y(named.point) AS lat
FROM (
    SELECT u.id, u.title, u.kind, coalesce(u.seat, ST_PointOnSurface(u.geom)) AS point,
           u.valid_to
    FROM {units} u
    WHERE u.geom IS NOT NULL AND u.kind IN ('commune', 'district')
) AS named
JOIN LATERAL (
    SELECT c.id FROM {units} c
    WHERE c.kind = 'commune' AND c.valid_to IS NULL
      AND (c.id = named.id
           OR (named.kind = 'district' AND ST_Intersects(c.geom, named.point)))
    ORDER BY c.id LIMIT 1
) AS today ON true
WHERE named.kind = 'district' OR named.valid_to IS NULL
ORDER BY named.kind, named.valid_to DESC NULLS FIRST, named.id
