-- What is shown: movements that hold and are long and sure enough.
CREATE VIEW movements_map AS
SELECT
    m.id,
    -- seen by several units: each would learn the other's vessel from the name
    CASE WHEN cardinality(m.scope_units) > 1 THEN '#' || m.id ELSE m.title::text END
        AS title,
    m.geom, m.shape,
    CASE WHEN cardinality(m.scope_units) > 1 THEN '' ELSE m.search_text END
        AS search_text,
    m.scope_units,
    m.kind::text AS kind,
    CASE WHEN m.ended_at IS NULL THEN 'open' ELSE 'over' END AS state,
    m.began_at, m.ended_at,
    round((extract(epoch FROM m.ended_at - m.began_at) / 3600)::numeric, 2)
        ::double precision AS hours,
    (m.details ->> 'distance_km')::double precision AS distance_km,
    coalesce((m.details ->> 'median_kn')::double precision,
        (m.details ->> 'mean_kn')::double precision,
        (m.details ->> 'implied_kn')::double precision) AS speed_kn,
    (m.details ->> 'port')::text AS port,
    (m.details ->> 'score')::double precision AS score,
    m.confidence::integer AS confidence,
    cardinality(m.vessel_ids) AS vessels,
    CASE WHEN cardinality(m.scope_units) > 1 THEN NULL ELSE m.vessel_id END
        AS vessel_id,
    m.vessel_ids, m.device_id, m.params::text AS params, m.updated_at
FROM movements_movement m
WHERE m.published AND m.retracted_at IS NULL;

-- The picture at a past time: what had begun by then and was not over for a day.
CREATE FUNCTION movements_as_of(moment timestamptz) RETURNS SETOF movements_map
LANGUAGE sql STABLE AS $$
    SELECT id, title, geom, shape, search_text, scope_units, kind,
        CASE WHEN ended_at <= moment THEN 'over' ELSE 'open' END, began_at,
        CASE WHEN ended_at <= moment THEN ended_at END,
        CASE WHEN ended_at <= moment THEN hours END, distance_km, speed_kn, port,
        score, confidence, vessels, vessel_id, vessel_ids, device_id, params,
        updated_at
    FROM movements_map
    WHERE began_at <= moment
        AND (ended_at IS NULL OR ended_at > moment - interval '24 hours')
$$;
