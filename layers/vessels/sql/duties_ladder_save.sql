INSERT INTO vessels_state AS s (
    vessel_id, port, band, beyond, provider, step, step_since, next_step, next_at,
    counted_from
)
SELECT id, '', '', false, provider, step, step_since, next_step, next_at, counted_from
FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::text[],
    %s::timestamptz[], %s::timestamptz[]
) AS t (id, provider, step, step_since, next_step, next_at, counted_from)
ON CONFLICT (vessel_id) DO UPDATE SET
    provider = excluded.provider,
    step = excluded.step,
    step_since = excluded.step_since,
    next_step = excluded.next_step,
    next_at = excluded.next_at,
    counted_from = excluded.counted_from
