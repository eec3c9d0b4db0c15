-- Every series with the last day of its newest figure.
SELECT l.indicator_id, l.facet, l.unit_id, f.period_end
FROM indicators_latest l
JOIN indicators_fact f ON f.id = l.fact_id
