-- Where vessels are; times of what has not changed stay as they are.
INSERT INTO vessels_state AS s (
    vessel_id, at, at_sea, since, port_id, port, band, beyond, beyond_since,
    provider, step, next_step
)
SELECT id, at, at_sea, at, port_id, port, band, beyond, CASE WHEN beyond THEN at END,
    '', '', ''
FROM unnest(
    %s::bigint[], %s::timestamptz[], %s::boolean[], %s::bigint[], %s::text[],
    %s::text[], %s::boolean[]
) AS t (id, at, at_sea, port_id, port, band, beyond)
ON CONFLICT (vessel_id) DO UPDATE SET
    at = excluded.at,
    at_sea = excluded.at_sea,
    since = CASE WHEN s.at_sea IS DISTINCT FROM excluded.at_sea
        OR s.port_id IS DISTINCT FROM excluded.port_id
        THEN excluded.at ELSE s.since END,
    port_id = excluded.port_id,
    port = excluded.port,
    band = excluded.band,
    beyond = excluded.beyond,
    beyond_since = CASE WHEN NOT excluded.beyond THEN NULL
        WHEN s.beyond THEN s.beyond_since ELSE excluded.at END
