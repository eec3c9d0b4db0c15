-- Days after the one that was marked whose stored positions are not those settled.
INSERT INTO tracks_work (device_id, day, since)
SELECT stored.device_id, stored.day, stored.since
FROM (
    SELECT f.device_id, (f.at AT TIME ZONE 'UTC')::date AS day, min(f.at) AS since,
        count(*) AS fixes,
        sum((f.branch + 1)::bigint * 1000003 + f.flags) AS content
    FROM vessels_fix f
    WHERE f.device_id = ANY (%s::bigint[]) AND f.at >= %s::timestamptz
    GROUP BY 1, 2
) AS stored
LEFT JOIN tracks_day d USING (device_id, day)
WHERE d.fixes IS DISTINCT FROM stored.fixes OR d.content IS DISTINCT FROM stored.content
