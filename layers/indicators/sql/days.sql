-- Last days of periods that have facts, of one indicator or of all: one index
-- descent per day and indicator (fact_indicator), not one row per fact.
WITH RECURSIVE days AS (
    SELECT i.id AS indicator_id,
           (SELECT min(f.period_end) FROM indicators_fact f
            WHERE f.indicator_id = i.id) AS day
    FROM indicators_indicator i
    WHERE %(indicator)s::bigint IS NULL OR i.id = %(indicator)s
    UNION ALL
    SELECT d.indicator_id,
           (SELECT min(f.period_end) FROM indicators_fact f
            WHERE f.indicator_id = d.indicator_id AND f.period_end > d.day)
    FROM days d
    WHERE d.day IS NOT NULL
)
SELECT DISTINCT day FROM days WHERE day IS NOT NULL ORDER BY day
