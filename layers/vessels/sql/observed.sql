-- What the rules saw of a span of time: credible fixes that came in time, of devices
-- that count, as of the vessel that carried them then. Who carried what is made ready
-- first: looked up fix by fix it takes twice the time of all the rest.
WITH carried AS MATERIALIZED (
    SELECT f.device_id, f.branch, f.vessel_id, d.kind = 'vms' AS vms,
        coalesce(f.since, '-infinity') AS since, coalesce(f.until, 'infinity') AS until
    FROM vessels_fitting f
    JOIN vessels_device d ON d.id = f.device_id AND (d.kind <> 'vms' OR f.counted)
    WHERE %(ids)s::bigint[] IS NULL OR f.vessel_id = ANY(%(ids)s::bigint[])
)
SELECT
    c.vessel_id AS feature_id,
    date_part('epoch', p.at) AS at,
    p.lon,
    p.lat,
    date_part('epoch', p.received_at) AS received_at,
    CASE WHEN p.flags & %(noise)s = 0 THEN coalesce(p.speed_kn, 'NaN') ELSE 'NaN' END
        ::float8 AS speed_kn,
    coalesce(p.course_deg, 'NaN')::float8 AS course_deg,
    coalesce(p.heading_deg, 'NaN')::float8 AS heading_deg,
    coalesce(p.error_m, 'NaN')::float8 AS error_m,
    CASE WHEN c.vms THEN date_part('epoch', p.at) ELSE 'NaN' END AS vms_at
FROM vessels_fix p
JOIN carried c ON c.device_id = p.device_id AND c.branch = p.branch
    AND c.since <= p.at AND c.until > p.at
WHERE p.at >= to_timestamp(%(since)s) AND p.at < to_timestamp(%(until)s)
    AND p.flags & %(still)s = 0
