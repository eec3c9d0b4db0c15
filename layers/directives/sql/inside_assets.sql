-- What of a layer lies in an area: how many, how many of them are stale, the values of
-- the state field, the sums, and the first by name.
WITH inside AS MATERIALIZED (
    SELECT f.id, f.title, f.geom, {state} AS state, {stale} AS stale{summed}
    FROM {relation} AS f,
         (SELECT ST_Transform(ST_SetSRID(ST_GeomFromWKB(%s), 4326), {srid}) AS g) a
    WHERE {scope} AND {recent} AND f.{shape} && a.g AND ST_Intersects(f.{shape}, a.g)
)
SELECT (SELECT json_build_array(count(*), count(*) FILTER (WHERE stale){sums})
        FROM inside),
       (SELECT json_object_agg(s.state, s.n)
        FROM (SELECT coalesce(i.state, '') AS state, count(*) AS n FROM inside i
              GROUP BY 1) s),
       (SELECT json_agg(json_build_array(t.id, t.title, t.state, t.stale,
                                         ST_X(t.p), ST_Y(t.p)))
        FROM (SELECT i.id, i.title, i.state, i.stale,
                     ST_PointOnSurface(i.geom) AS p
              FROM inside i ORDER BY i.title, i.id LIMIT %s) t)
