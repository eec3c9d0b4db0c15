-- Further receivers of messages; the first one stands in the position itself.
INSERT INTO vessels_reception (device_id, at, digest, receiver_id)
SELECT asked.* FROM unnest(
    %s::bigint[], %s::timestamptz[], %s::bigint[], %s::integer[]
) AS asked (device_id, at, digest, receiver_id)
JOIN vessels_position p USING (device_id, at, digest)
WHERE p.receiver_id <> asked.receiver_id
ON CONFLICT DO NOTHING
