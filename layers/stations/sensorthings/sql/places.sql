-- Where stations stood: a row for every position that the history knows. "begins"
-- and "until" leave no time without a place.
SELECT p.id, st.id AS station_id, st.title AS name,
    concat_ws(', ', nullif(st.address, ''), nullif(st.river, '')) AS description,
    p.geom, p.since, p.begins, p.until
FROM {visible} st
JOIN (
    SELECT m.pgh_id::bigint AS id, m.pgh_obj_id AS station_id, m.geom,
        m.pgh_created_at AS since,
        CASE WHEN lag(m.pgh_id) OVER mine IS NULL
            THEN '-infinity' ELSE m.pgh_created_at END AS begins,
        coalesce(lead(m.pgh_created_at) OVER mine, 'infinity') AS until
    FROM (
        SELECT e.pgh_id, e.pgh_obj_id, e.pgh_created_at, e.geom,
            lag(e.geom) OVER (PARTITION BY e.pgh_obj_id ORDER BY e.pgh_id) AS before
        FROM stations_stationevent e
        WHERE e.geom IS NOT NULL
    ) m
    WHERE m.before IS NULL OR NOT m.before = m.geom
    WINDOW mine AS (PARTITION BY m.pgh_obj_id ORDER BY m.pgh_id)
) p ON p.station_id = st.id
