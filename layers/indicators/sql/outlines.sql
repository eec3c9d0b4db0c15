-- Outlines of the units of a level on a day, as SVG paths whose origin is the upper
-- left corner of all of them. ST_AsSVG turns y downwards by itself.
WITH drawn AS MATERIALIZED (
    SELECT id, {shape} AS shape, {anchor} AS anchor, geom
    FROM {relation}
    WHERE kind = %(kind)s AND {shape} IS NOT NULL
      AND coalesce(valid_from, '-infinity') <= %(day)s
      AND coalesce(valid_to, 'infinity') >= %(day)s
), frame AS (
    SELECT ST_XMin(b) AS west, ST_YMax(b) AS north,
           ceil((ST_XMax(b) - ST_XMin(b)) / %(step)s)::int AS width,
           ceil((ST_YMax(b) - ST_YMin(b)) / %(step)s)::int AS height
    FROM (SELECT ST_Extent(shape) AS b FROM drawn) AS whole
)
SELECT d.id,
       ST_AsSVG(ST_Scale(ST_Translate(d.shape, -f.west, -f.north),
                         1.0 / %(step)s, 1.0 / %(step)s), 1, 0),
       ARRAY[round(ST_X(p.at)::numeric, 5), round(ST_Y(p.at)::numeric, 5)]::float8[],
       round(ST_XMin(d.geom)::numeric, 5)::float8,
       round(ST_YMin(d.geom)::numeric, 5)::float8,
       round(ST_XMax(d.geom)::numeric, 5)::float8,
       round(ST_YMax(d.geom)::numeric, 5)::float8,
       f.width, f.height
FROM drawn d
CROSS JOIN frame f
CROSS JOIN LATERAL (SELECT ST_Transform(d.anchor, 4326) AS at) AS p
ORDER BY d.id
