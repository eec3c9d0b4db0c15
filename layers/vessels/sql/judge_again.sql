INSERT INTO vessels_judgement AS known (device_id, at, digest, branch, flags)
SELECT * FROM unnest(
    %s::bigint[], %s::timestamptz[], %s::bigint[], %s::smallint[], %s::integer[]
)
ON CONFLICT (device_id, at, digest) DO UPDATE SET
    branch = excluded.branch, flags = excluded.flags, judged_at = now()
WHERE (known.branch, known.flags) <> (excluded.branch, excluded.flags)
