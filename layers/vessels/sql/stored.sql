-- Ordinals (from 0) of the keys that are in the table.
SELECT asked.ordinal - 1
FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[])
    WITH ORDINALITY AS asked (device_id, at, digest, ordinal)
JOIN vessels_position p USING (device_id, at, digest)
