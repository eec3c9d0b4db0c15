-- What the newest fact of each series says, beside its id.
UPDATE indicators_latest l
SET value = f.value, unit = f.unit, period_start = f.period_start,
    period_end = f.period_end
FROM indicators_fact f
WHERE f.id = l.fact_id
