-- Ordinals (from 0) of reports already stored with this or a later time.
SELECT asked.ordinal - 1
FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[])
    WITH ORDINALITY AS asked (key, digest, at, ordinal)
JOIN vessels_device d ON d.key = asked.key
JOIN vessels_staticreport r ON r.device_id = d.id AND r.digest = asked.digest
WHERE r.last_at >= asked.at
