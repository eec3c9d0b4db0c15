-- One page of the fleet list: rows after the last one of the page before. key is
-- what is sorted by, where: scope and filters.
WITH f AS (
    SELECT id, title, geom IS NOT NULL AS has_place, {columns}, {key} AS key
    FROM {relation}
    WHERE {where}
)
SELECT * FROM f
WHERE %s OR (key, id) {side} (%s::{type}, %s::bigint)
ORDER BY key {direction}, id {direction}
LIMIT %s
