-- Tracks that have to be settled again, since the first fix that came or changed.
INSERT INTO vessels_dirty AS known (device_id, branch, since)
SELECT device_id, branch, min(at) FROM (
    SELECT device_id, branch, at FROM vessels_incoming
    UNION ALL
    SELECT t.device_id, b.branch, t.at
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::smallint[], %s::smallint[])
        AS t (device_id, at, was, is_now)
    CROSS JOIN LATERAL (VALUES (t.was), (t.is_now)) b (branch)
) touched
GROUP BY device_id, branch
ON CONFLICT (device_id, branch) DO UPDATE SET
    since = least(known.since, excluded.since), marked_at = now()
