-- Points in cells where the tile's own square holds too many, else as they are.
-- Scope and filter count before the points do. The square is half open: a point on
-- an edge is in one tile only. (It is cut out after the cells are counted: the
-- planner would take four more conditions for a handful of rows, and sort.)
WITH many AS MATERIALIZED (
    SELECT count(*) > {threshold} AS too
    FROM (
        SELECT FROM {numbers} AS _t, {relation} AS f
        WHERE {shape} && _t._tile AND {scope} AND {filter}
        LIMIT {threshold} + 1
    ) AS counted
), points AS (
    SELECT id, {worst} AS worst, {dominant} AS class,
           (ST_X({shape}) - _t._west) * _t._scale AS x,
           (_t._north - ST_Y({shape})) * _t._scale AS y
    FROM {numbers} AS _t, {relation} AS f
    WHERE {shape} && _t._tile AND {scope} AND {filter}
), classes AS MATERIALIZED (
    SELECT floor(x / {side})::integer + 4096 * floor(y / {side})::integer AS cell,
           class, worst, count(*) AS number, min(id) AS id, sum(x) AS x, sum(y) AS y
    FROM points
    GROUP BY 1, 2, 3
), kinds AS (
    SELECT cell, {class} AS class, max({rank}) AS worst, sum(number) AS number,
           min(id) AS id, sum(x) AS x, sum(y) AS y
    FROM classes
    WHERE cell & 4095 < {cells} AND cell >> 12 < {cells}
    GROUP BY 1, 2
), cells AS MATERIALIZED (
    SELECT sum(number)::bigint AS count, max(worst) AS worst, min(id) AS id,
           (array_agg(class ORDER BY number DESC, class)
            FILTER (WHERE class IS NOT NULL))[1] AS class,
           ST_Point(round(sum(x) / sum(number)), round(sum(y) / sum(number))) AS geom
    FROM kinds
    GROUP BY cell
)
SELECT CASE WHEN (SELECT too FROM many) THEN (
    SELECT ST_AsMVT(alone, {name}, 4096, 'geom', 'id')
    FROM (
        SELECT id{fields}, {geom} AS geom
        FROM {numbers} AS _t, {relation} AS f
        WHERE id = ANY (ARRAY(SELECT id FROM cells WHERE count = 1))
    ) AS alone
) || (
    SELECT ST_AsMVT(gathered, {grid}, 4096, 'geom')
    FROM (SELECT count{summary}, geom FROM cells WHERE count > 1) AS gathered
) ELSE ({plain}) END
