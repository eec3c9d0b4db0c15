-- Of features (and parts of them) and of groups: whether the newest event of some kinds
-- is the one that begins. At one moment the end counts.
SELECT f.id, f.part, ''::text, e.kind = %(began)s
FROM unnest(%(features)s::bigint[], %(parts)s::text[]) AS f (id, part)
CROSS JOIN LATERAL (
    SELECT kind FROM core_event
    WHERE layer = %(layer)s AND feature_id = f.id AND kind = ANY(%(kinds)s)
      AND left(coalesce(new->>'part', ''), 60) = f.part
    ORDER BY happened_at DESC, kind = %(began)s LIMIT 1
) e
UNION ALL
SELECT NULL, '', g.key, e.kind = %(began)s
FROM unnest(%(groups)s::text[]) AS g (key)
CROSS JOIN LATERAL (
    SELECT kind FROM core_event
    WHERE layer = %(layer)s AND feature_id IS NULL AND kind = ANY(%(kinds)s)
      AND left(coalesce(new->>'group', ''), 80) = g.key
    ORDER BY happened_at DESC, kind = %(began)s LIMIT 1
) e
