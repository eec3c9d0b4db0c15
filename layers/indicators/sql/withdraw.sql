-- Move the facts named by their ids to those that were withdrawn.
WITH gone AS (
    DELETE FROM indicators_fact WHERE id = ANY(%s)
    RETURNING id, indicator_id, unit_id, facet, period_start, period_end, value, unit,
              vintage, basis, published_at, load_id, "row", cell, inputs, note,
              created_at
)
INSERT INTO indicators_withdrawn (id, indicator_id, unit_id, facet, period_start,
    period_end, value, unit, vintage, basis, published_at, load_id, "row", cell,
    inputs, note, created_at)
SELECT * FROM gone
