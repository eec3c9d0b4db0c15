-- The outlines of some units.
SELECT ST_AsBinary(geom) FROM {units} WHERE id = ANY(%s) AND geom IS NOT NULL
