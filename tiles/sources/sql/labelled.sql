-- The shapes and, as a vector layer of its own, a label point for each that has
-- its point in this very tile. Rows are read once: a view may be dear.
WITH found AS MATERIALIZED (
    SELECT id{fields}, {geom} AS _geom, {anchor} AS _anchor
    FROM {numbers} AS _t, {relation} AS f
    WHERE {shape} && _t._wide AND {scope} AND {filter}
    {limit}
)
SELECT (
    SELECT ST_AsMVT(drawn, {name}, 4096, 'geom', 'id')
    FROM (SELECT id{names}, _geom AS geom FROM found) AS drawn
) || (
    SELECT ST_AsMVT(labels, {labels}, 4096, 'geom', 'id')
    FROM (SELECT id{names}, _anchor AS geom FROM found) AS labels
)
