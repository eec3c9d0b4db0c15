-- Ids of receivers by name; those never heard of are made.
WITH made AS (
    INSERT INTO vessels_receiver (name) SELECT DISTINCT unnest(%s::text[])
    ON CONFLICT DO NOTHING
    RETURNING name, id
)
SELECT name, id FROM made
UNION ALL
SELECT name, id FROM vessels_receiver WHERE name = ANY(%s)
