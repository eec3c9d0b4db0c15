-- Fishing vessels with a position in a box around the area, or named by id.
-- The source is the layer's relation, or its function for a past moment.
SELECT m.id, extract(epoch FROM m.at)::float8, ST_X(m.geom), ST_Y(m.geom),
    coalesce(m.speed_kn, 'NaN'), coalesce(m.course_deg, 'NaN'),
    coalesce(m.at_sea, true), coalesce(m.port, ''), coalesce(m.ladder_step, ''),
    coalesce(m.home_port, '')
FROM {source} m
WHERE (
    m.vessel_class = 'fishing' AND m.at >= %s
    AND ST_Intersects(m.geom, ST_MakeEnvelope(%s, %s, %s, %s, 4326))
) OR m.id = ANY(%s::bigint[])
ORDER BY m.id
