-- Ordinals (from 0), time (epoch s) and place of the credible fix of the vessel before
-- a time, of any device that counts, in the two days before it.
SELECT asked.ordinal - 1, extract(epoch FROM p.at)::float8, p.lon, p.lat
FROM unnest(%(vessels)s::bigint[], %(at)s::timestamptz[])
    WITH ORDINALITY AS asked (vessel_id, at, ordinal)
CROSS JOIN LATERAL (
    SELECT x.at, x.lon, x.lat
    FROM vessels_fitting f
    JOIN vessels_device d ON d.id = f.device_id AND (d.kind <> 'vms' OR f.counted)
    CROSS JOIN LATERAL (
        SELECT at, lon, lat FROM vessels_fix v
        WHERE v.device_id = f.device_id AND v.branch = f.branch
            AND v.at < asked.at AND v.at > asked.at - interval '2 days'
            AND v.flags & %(still)s = 0
            AND (f.since IS NULL OR f.since <= v.at)
            AND (f.until IS NULL OR f.until > v.at)
        ORDER BY v.at DESC, v.digest LIMIT 1
    ) x
    WHERE f.vessel_id = asked.vessel_id
    ORDER BY x.at DESC LIMIT 1
) p
