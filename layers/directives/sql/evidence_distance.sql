-- Metres from a place to that of a directive, 0 inside its area.
SELECT ST_Distance(geom::geography, ST_Point(%s, %s, 4326)::geography)
FROM directives_directive WHERE id = %s
