-- Fixes of the devices while they spoke for the vessel, with what proves them, and the
-- credible one before and after the span: a silence has two ends.
WITH fitted AS MATERIALIZED (
    SELECT f.device_id, f.branch, f.since, f.until
    FROM vessels_fitting f WHERE f.vessel_id = %(vessel)s
), inside AS (
    SELECT x.*, true AS inside
    FROM fitted f JOIN vessels_fix x ON x.device_id = f.device_id AND x.branch = f.branch
        AND (f.since IS NULL OR f.since <= x.at) AND (f.until IS NULL OR f.until > x.at)
    WHERE x.at >= %(since)s AND x.at <= %(until)s
    LIMIT %(most)s
), around AS (
    SELECT e.*, false AS inside
    FROM fitted f CROSS JOIN LATERAL (
        (SELECT x.* FROM vessels_fix x
        WHERE x.device_id = f.device_id AND x.branch = f.branch
            AND x.at < %(since)s AND x.at >= %(before)s AND x.flags & %(suspect)s = 0
            AND (f.since IS NULL OR f.since <= x.at)
            AND (f.until IS NULL OR f.until > x.at)
        ORDER BY x.at DESC, x.digest LIMIT 1)
        UNION ALL
        (SELECT x.* FROM vessels_fix x
        WHERE x.device_id = f.device_id AND x.branch = f.branch
            AND x.at > %(until)s AND x.at <= %(after)s AND x.flags & %(suspect)s = 0
            AND (f.since IS NULL OR f.since <= x.at)
            AND (f.until IS NULL OR f.until > x.at)
        ORDER BY x.at, x.digest LIMIT 1)
    ) e
)
SELECT x.device_id, x.branch, x.at, x.lon, x.lat,
    round(x.speed_kn::numeric, 2)::float8 AS speed_kn,
    round(x.course_deg::numeric, 2)::float8 AS course_deg,
    round(x.heading_deg::numeric, 2)::float8 AS heading_deg,
    round(x.error_m::numeric, 1)::float8 AS error_m,
    x.status, x.flags, x.message_type, x.digest::text AS digest, r.name AS receiver,
    x.received_at, x.batch_id, x.line_no, x.inside
FROM (SELECT * FROM inside UNION ALL SELECT * FROM around) x
JOIN vessels_receiver r ON r.id = x.receiver_id
ORDER BY x.at, x.device_id, x.branch, x.digest, r.name
