-- Every unit and period that an indicator has measured figures of.
SELECT DISTINCT f.unit_id, f.period_start, f.period_end
FROM indicators_fact f
WHERE f.indicator_id = %(indicator)s AND f.vintage > 0
