INSERT INTO vessels_staticreport AS known (
    device_id, digest, first_at, last_at, content
)
SELECT d.id, said.digest, min(said.at), max(said.at), min(said.content)::jsonb
FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::text[])
    AS said (key, digest, at, content)
JOIN vessels_device d ON d.key = said.key
GROUP BY d.id, said.digest
ON CONFLICT (device_id, digest) DO UPDATE SET
    first_at = least(known.first_at, excluded.first_at),
    last_at = greatest(known.last_at, excluded.last_at)
