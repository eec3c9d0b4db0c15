-- The layer's relation: every vessel, where it was last. One that was never heard
-- has no geometry and no seq.
CREATE VIEW vessels_map AS
SELECT
    v.id,
    v.title::text AS title,
    ST_Point(l.lon, l.lat, 4326) AS geom,
    ST_Point(l.x, l.y, 3857) AS shape,
    l.x,
    l.y,
    l.seq,
    l.at,
    v.unit_id,
    v.search_text,
    v.vessel_class::text AS vessel_class,
    l.speed_kn::double precision AS speed_kn,
    l.course_deg::double precision AS course_deg,
    l.heading_deg::double precision AS heading_deg,
    l.status::integer AS status,
    v.registration::text AS registration,
    v.mmsi::text AS mmsi,
    v.call_sign::text AS call_sign,
    v.imo,
    v.length_m,
    v.width_m,
    v.power_kw,
    v.gear::text AS gear,
    v.home_port::text AS home_port,
    v.owner::text AS owner,
    v.captain::text AS captain,
    v.phone::text AS phone,
    v.licence_no::text AS licence_no,
    v.licence_expires,
    v.destination::text AS destination,
    v.registered,
    l.source,
    l.received_at
FROM vessels_vessel v
LEFT JOIN vessels_live l ON l.vessel_id = v.id;

-- The same picture at a past time: the last fix of each vessel in the two days
-- before it.
CREATE FUNCTION vessels_as_of(moment timestamptz)
RETURNS TABLE (
    id bigint, title text, geom geometry, shape geometry, unit_id bigint,
    at timestamptz, vessel_class text, speed_kn double precision,
    course_deg double precision, heading_deg double precision, status integer,
    registration text, mmsi text, call_sign text, imo integer,
    length_m double precision, width_m double precision, power_kw double precision,
    gear text, home_port text, owner text, captain text, phone text,
    licence_no text, licence_expires date, destination text, registered boolean,
    source text, received_at timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT
        v.id, v.title, ST_Point(p.lon, p.lat, 4326),
        ST_Transform(ST_Point(p.lon, p.lat, 4326), 3857), v.unit_id, p.at,
        v.vessel_class, p.speed_kn, p.course_deg, p.heading_deg, p.status,
        v.registration, v.mmsi, v.call_sign, v.imo, v.length_m, v.width_m,
        v.power_kw, v.gear, v.home_port, v.owner, v.captain, v.phone, v.licence_no,
        v.licence_expires, v.destination, v.registered, p.source, p.received_at
    FROM (
        SELECT DISTINCT ON (vessel_id) *
        FROM vessels_position
        WHERE at <= moment AND at > moment - interval '2 days'
        ORDER BY vessel_id, at DESC, digest
    ) p
    JOIN vessels_vessel v ON v.id = p.vessel_id
$$;
