-- Rows of units that ended go on with a successor: the one that holds their place, or
-- else the one that most people went to. A boat at sea lies in none of its home's.
WITH heirs AS (
    SELECT * FROM unnest(%(old)s::bigint[], %(new)s::bigint[], %(rank)s::int[])
        AS h (old_id, new_id, rank)
), moved AS (
    SELECT t.id, (
        SELECT h.new_id FROM heirs h JOIN {units} u ON u.id = h.new_id
        WHERE h.old_id = t.{column}
        ORDER BY coalesce(ST_Intersects(u.geom, {place}), false) DESC, h.rank
        LIMIT 1
    ) AS new_id
    FROM {table} t
    WHERE t.{column} IN (SELECT old_id FROM heirs) AND {open}
)
UPDATE {table} t SET {column} = moved.new_id
FROM moved WHERE t.id = moved.id
