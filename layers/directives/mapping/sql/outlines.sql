-- The outlines of units, simplified for paper.
SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(geom, 0.002))
FROM {units} WHERE id = ANY(%s) AND geom IS NOT NULL ORDER BY ST_Area(geom) DESC
