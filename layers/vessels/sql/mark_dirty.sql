-- Tracks that have to be settled again, since the first fix that came or changed.
-- marked_at stays that of the first mark. Where nothing is to be changed the row is
-- locked all the same, so that nobody takes it before this is committed.
INSERT INTO vessels_dirty AS known (device_id, branch, since)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[])
ON CONFLICT (device_id, branch) DO UPDATE SET since = excluded.since
WHERE excluded.since < known.since
