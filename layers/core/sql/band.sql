-- What is drawn of a mercator shape at one zoom, made when the row is written.
--
-- Visvalingam's simplification with an area of half a screen pixel squared (tiles
-- are 512 pixels wide): what a vertex is worth depends on its neighbours only, so
-- two polygons keep the same vertices of their common border. (Douglas and Peucker
-- start from each ring's first vertex, which opens gaps of a pixel.)
--
-- The vertices lie on the grid of that zoom's tiles, 4096 to the side, the polygon
-- is valid there and its outer rings turn as in a vector tile: such a shape only
-- has to be moved into its tile. Parts below the tolerance are dropped unless there
-- are no larger ones. The box of the result is within half a grid step of the
-- original's, so the index over the original finds it.
--
-- BEGIN ATOMIC binds names when the function is made: a restore runs without a
-- search path and computes the columns again.
CREATE FUNCTION ioc_band(shape geometry, zoom integer) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE ST_Dimension(shape)
    WHEN 0 THEN ST_CollectionExtract(shape, 1)
    WHEN 1 THEN ST_Simplify(ST_CollectionExtract(shape, 2), scale.half_pixel, true)
    ELSE (
        SELECT CASE WHEN NOT ST_IsEmpty(turned) THEN turned END
        FROM (
            SELECT coalesce(
                ST_Collect(part.geom) FILTER (
                    WHERE ST_Area(part.geom) >= scale.half_pixel ^ 2),
                ST_Collect(part.geom)) AS whole
            FROM ST_Dump(ST_CollectionExtract(shape, 3)) AS part
        ) AS parts,
        ST_MakeValid(ST_SimplifyVW(parts.whole, scale.half_pixel ^ 2)) AS simple,
        ST_CollectionExtract(ST_ReducePrecision(simple, scale.step), 3) AS even,
        ST_ForcePolygonCW(even) AS turned
    )
END
FROM (
    SELECT 40075016.68557849 / 2 ^ zoom / 1024 AS half_pixel,
           40075016.68557849 / 2 ^ zoom / 4096 AS step
) AS scale;
END;
