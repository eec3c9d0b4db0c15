-- The outline of one feature, simplified.
SELECT ST_AsBinary(ST_SimplifyPreserveTopology(geom, %s)) FROM {relation} WHERE id = %s
