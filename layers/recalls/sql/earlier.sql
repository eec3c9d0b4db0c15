-- The newest credible fix of each vessel that lies between the two spans before its
-- last one. 127: the bits of layers.vessels.flags.SUSPECT.
SELECT DISTINCT ON (w.vessel_id)
    w.vessel_id, extract(epoch FROM p.at)::float8, p.lon, p.lat
FROM unnest(%s::bigint[], %s::timestamptz[]) AS w (vessel_id, at)
JOIN vessels_fitting f ON f.vessel_id = w.vessel_id
CROSS JOIN LATERAL (
    SELECT p.at, p.lon, p.lat
    FROM vessels_fix p
    WHERE p.device_id = f.device_id AND p.branch = f.branch
        AND p.at <= w.at - %s::interval AND p.at >= w.at - %s::interval
        AND p.at >= %s AND p.at <= %s
        AND (f.since IS NULL OR f.since <= p.at)
        AND (f.until IS NULL OR f.until > p.at)
        AND p.flags & 127 = 0
    ORDER BY p.at DESC
    LIMIT 1
) p
ORDER BY w.vessel_id, p.at DESC
