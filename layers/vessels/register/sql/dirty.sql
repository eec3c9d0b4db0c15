-- Tracks whose vessel is another one now are settled again from there on.
INSERT INTO vessels_dirty (device_id, branch, since)
SELECT device_id, branch, first_at
FROM (
    SELECT asked.device_id, asked.branch, min(p.at) AS first_at
    FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[])
        AS asked (device_id, branch, since)
    JOIN vessels_fix p ON p.device_id = asked.device_id
        AND p.branch = asked.branch
        AND (asked.since IS NULL OR p.at >= asked.since)
    GROUP BY 1, 2
) moved
ON CONFLICT (device_id, branch) DO UPDATE SET
    since = least(vessels_dirty.since, excluded.since)
