-- The layer's relation: every piece under the vessel for which the device spoke when
-- it began. Pieces are cut where a fitting begins or ends, so a correction of whose
-- device it was moves its tracks at once.
CREATE VIEW tracks_map AS
SELECT
    p.id,
    v.title::text AS title,
    p.geom,
    p.shape,
    p.shape_z8,
    p.shape_z11,
    v.unit_id,
    v.id AS vessel_id,
    v.vessel_class::text AS vessel_class,
    v.registration::text AS registration,
    p.kind::text AS kind,
    d.kind::text AS device_kind,
    p.device_id,
    p.branch::integer AS branch,
    p.segment::integer AS segment,
    p.begins::integer AS begins,
    p.started_at,
    p.at,
    p.fixes,
    round((p.distance_m / 1000)::numeric, 2)::double precision AS distance_km,
    round(p.speed_kn::numeric, 1)::double precision AS speed_kn,
    round(p.max_kn::numeric, 1)::double precision AS max_kn,
    p.reasons,
    p.points_50,
    p.points_250,
    p.points_1000
FROM tracks_piece p
JOIN vessels_fitting f ON f.device_id = p.device_id AND f.branch = p.branch
    AND (f.since IS NULL OR f.since <= p.started_at)
    AND (f.until IS NULL OR f.until > p.started_at)
JOIN vessels_vessel v ON v.id = f.vessel_id
JOIN vessels_device d ON d.id = p.device_id;

-- The picture at a past time: the tracks of the day before it.
CREATE FUNCTION tracks_as_of(moment timestamptz) RETURNS SETOF tracks_map
LANGUAGE sql STABLE AS $$
    SELECT * FROM tracks_map
    WHERE at > moment - interval '24 hours' AND started_at <= moment
        AND at < moment + interval '24 hours'
$$;
