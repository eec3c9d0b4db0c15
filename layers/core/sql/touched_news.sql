-- What changed in some layers after the numbers that a reader has seen. In one
-- statement, so number, floor and rows are of one moment.
SELECT w.slug, v.seq, coalesce(f.seq, 0), t.seq, t.whole,
       t.west, t.south, t.east, t.north, t.units
FROM unnest(%s::text[], %s::bigint[]) AS w (slug, since)
LEFT JOIN core_layerversion v ON v.slug = w.slug
LEFT JOIN core_touched_floor f ON f.slug = w.slug
LEFT JOIN LATERAL (
    SELECT * FROM core_touched c
    WHERE c.slug = w.slug AND c.seq > w.since
    ORDER BY c.seq LIMIT %s
) AS t ON true
ORDER BY w.slug, t.seq
