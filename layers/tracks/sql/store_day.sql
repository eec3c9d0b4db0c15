INSERT INTO tracks_day (device_id, day, fixes, content, checkpoint, fixes_before,
    content_before, state_before, state_after, points)
SELECT n.device_id, %s, n.fixes, n.content, n.checkpoint, n.fixes_before,
    n.content_before, n.state_before, n.state_after, n.points
FROM unnest(%s::bigint[], %s::integer[], %s::bigint[], %s::timestamptz[], %s::integer[],
    %s::bigint[], %s::text[], %s::text[], %s::bytea[])
    AS n (device_id, fixes, content, checkpoint, fixes_before, content_before,
          state_before, state_after, points)
ON CONFLICT (device_id, day) DO UPDATE SET
    fixes = excluded.fixes, content = excluded.content,
    checkpoint = excluded.checkpoint, fixes_before = excluded.fixes_before,
    content_before = excluded.content_before, state_before = excluded.state_before,
    state_after = excluded.state_after, points = excluded.points
