-- One vector layer. Its numbers are in a row of their own, _t, which the planner
-- takes apart: the boxes are constants when it looks for an index.
SELECT ST_AsMVT(drawn, {name}, 4096, 'geom', 'id')
FROM (
    SELECT id{fields}, {geom} AS geom
    FROM {numbers} AS _t, {relation} AS f
    WHERE {shape} && _t._wide AND {scope} AND {filter}
    {limit}
) AS drawn
