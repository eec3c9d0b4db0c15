-- The layer's relation: every vessel, where it was last. One that was never heard
-- has no geometry and no seq. One that was only heard, and whose devices turned out
-- to be another vessel's, is not shown any more; its past stays.
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
    v.owner_phone::text AS owner_phone,
    v.captain::text AS captain,
    v.phone::text AS phone,
    v.licence_no::text AS licence_no,
    v.licence_expires,
    v.inspection_expires,
    v.missing_since,
    v.destination::text AS destination,
    v.registered,
    l.ais_at,
    l.vms_at,
    s.at_sea,
    s.port::text AS port,
    s.band::text AS band,
    coalesce(s.beyond, false) AS beyond,
    coalesce(s.step, '')::text AS ladder_step,
    s.step_since AS ladder_since,
    s.next_at AS next_due_at,
    s.provider::text AS vms_provider,
    r.name::text AS source,
    l.received_at,
    -- the gravest that is the matter, for a mark that stands for many vessels
    CASE
        WHEN v.vessel_class = 'distress' OR l.status = 14 THEN 'distress'
        WHEN s.beyond THEN 'beyond'
        WHEN s.step IN ('silent_10d', 'overdue') THEN 'silent_10d'
        WHEN s.step = 'silent_6h' THEN 'silent_6h'
        WHEN l.status IN (2, 6) THEN 'disabled'
        WHEN s.step IN ('broken', 'broken_silent') THEN 'broken'
        ELSE ''
    END AS worst
FROM vessels_vessel v
LEFT JOIN vessels_live l ON l.vessel_id = v.id
LEFT JOIN vessels_state s ON s.vessel_id = v.id
LEFT JOIN vessels_receiver r ON r.id = l.receiver_id
WHERE v.registered OR EXISTS (
    SELECT FROM vessels_fitting f WHERE f.vessel_id = v.id AND f.until IS NULL
);

-- The same picture at a past time: the last credible fix of each vessel in the two
-- days before it. 127: the bits of layers.vessels.flags.SUSPECT.
CREATE FUNCTION vessels_as_of(moment timestamptz)
RETURNS TABLE (
    id bigint, title text, geom geometry, shape geometry, unit_id bigint,
    at timestamptz, vessel_class text, speed_kn double precision,
    course_deg double precision, heading_deg double precision, status integer,
    registration text, mmsi text, call_sign text, imo integer,
    length_m double precision, width_m double precision, power_kw double precision,
    gear text, home_port text, owner text, owner_phone text, captain text, phone text,
    licence_no text, licence_expires date, inspection_expires date,
    missing_since date, destination text, registered boolean,
    ais_at timestamptz, vms_at timestamptz, at_sea boolean, port text, band text,
    beyond boolean, ladder_step text, ladder_since timestamptz,
    next_due_at timestamptz, vms_provider text, source text, received_at timestamptz,
    worst text
) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (v.id)
        v.id, v.title, ST_Point(p.lon, p.lat, 4326),
        ST_Transform(ST_Point(p.lon, p.lat, 4326), 3857), v.unit_id, p.at,
        v.vessel_class, p.speed_kn, p.course_deg, p.heading_deg, p.status,
        v.registration, v.mmsi, v.call_sign, v.imo, v.length_m, v.width_m,
        v.power_kw, v.gear, v.home_port, v.owner, v.owner_phone, v.captain, v.phone,
        v.licence_no, v.licence_expires, v.inspection_expires, v.missing_since,
        v.destination, v.registered,
        CASE WHEN d.kind = 'ais' THEN p.at END,
        CASE WHEN d.kind = 'vms' THEN p.at END,
        -- states are those of now: what they were then stands in the events
        NULL::boolean, NULL::text, NULL::text, NULL::boolean, NULL::text,
        NULL::timestamptz, NULL::timestamptz, NULL::text,
        r.name, p.received_at,
        CASE
            WHEN v.vessel_class = 'distress' OR p.status = 14 THEN 'distress'
            WHEN p.status IN (2, 6) THEN 'disabled'
            ELSE ''
        END
    FROM (
        SELECT DISTINCT ON (device_id, branch) *
        FROM vessels_fix
        WHERE at <= moment AND at > moment - interval '2 days' AND flags & 127 = 0
        ORDER BY device_id, branch, at DESC, digest
    ) p
    JOIN vessels_fitting f ON f.device_id = p.device_id AND f.branch = p.branch
        AND (f.since IS NULL OR f.since <= p.at)
        AND (f.until IS NULL OR f.until > p.at)
    JOIN vessels_device d ON d.id = p.device_id
    JOIN vessels_vessel v ON v.id = f.vessel_id
    JOIN vessels_receiver r ON r.id = p.receiver_id
    ORDER BY v.id, p.at DESC
$$;

-- Where every vessel was, for the tails on the map.
CREATE VIEW vessels_tail AS
SELECT
    f.vessel_id AS id,
    p.at,
    radians(p.lon) * 6378137 AS x,
    -- as in services.to_mercator: held at the edge of the projection
    6378137 * ln(tan(pi() / 4 + radians(greatest(least(p.lat, 85.06), -85.06)) / 2))
        AS y
FROM vessels_fix p
JOIN vessels_fitting f ON f.device_id = p.device_id AND f.branch = p.branch
    AND (f.since IS NULL OR f.since <= p.at)
    AND (f.until IS NULL OR f.until > p.at)
WHERE p.flags & 127 = 0;
