-- What the rules saw of a span of time: credible fixes that came in time, of devices
-- that count, as of the vessel that carried them then.
SELECT
    f.vessel_id AS feature_id,
    date_part('epoch', p.at) AS at,
    p.lon,
    p.lat,
    date_part('epoch', p.received_at) AS received_at,
    CASE WHEN p.flags & %(noise)s = 0 THEN coalesce(p.speed_kn, 'NaN') ELSE 'NaN' END
        ::float8 AS speed_kn,
    coalesce(p.course_deg, 'NaN')::float8 AS course_deg,
    coalesce(p.heading_deg, 'NaN')::float8 AS heading_deg,
    coalesce(p.error_m, 'NaN')::float8 AS error_m,
    CASE WHEN d.kind = 'vms' THEN date_part('epoch', p.at) ELSE 'NaN' END
        AS vms_at
FROM vessels_fix p
JOIN vessels_fitting f ON f.device_id = p.device_id AND f.branch = p.branch
    AND (f.since IS NULL OR f.since <= p.at) AND (f.until IS NULL OR f.until > p.at)
JOIN vessels_device d ON d.id = p.device_id AND (d.kind <> 'vms' OR f.counted)
WHERE p.at >= to_timestamp(%(since)s) AND p.at < to_timestamp(%(until)s)
    AND p.flags & %(still)s = 0
    AND (%(ids)s::bigint[] IS NULL OR f.vessel_id = ANY(%(ids)s::bigint[]))
