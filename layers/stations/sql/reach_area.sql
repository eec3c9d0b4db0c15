-- What a station speaks for: its reaches with their buffers, or a circle around it.
SELECT
    r.titles, r.source, coalesce(r.buffer_m, %s),
    ST_AsGeoJSON(coalesce(
        r.area, ST_Buffer(s.geom::geography, %s)::geometry
    ), 5)
FROM stations_station s
LEFT JOIN LATERAL (
    SELECT array_agg(x.title ORDER BY x.title) AS titles,
        string_agg(DISTINCT nullif(x.source, ''), '; ') AS source,
        max(x.buffer_m) AS buffer_m,
        ST_Union(ST_Buffer(x.geom::geography, x.buffer_m)::geometry) AS area
    FROM stations_reach x WHERE x.station_id = s.id
) r ON true
WHERE s.id = %s
