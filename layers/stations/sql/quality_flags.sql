-- How many values of some series in (since, until] entered with which flag, and how
-- many did not.
WITH judged AS (
    SELECT j.* FROM stations_judged j
    WHERE j.series_id = ANY(%(series)s) AND j.at > %(since)s AND j.at <= %(until)s
)
SELECT 'entered' AS what, '' AS name, flag::int, count(*)
FROM judged WHERE valid GROUP BY flag
UNION ALL
SELECT 'left_out', '', flag::int, count(*)
FROM judged WHERE NOT valid AND (status = 0 OR review_id IS NOT NULL) GROUP BY flag
UNION ALL
SELECT 'not_measured', '', status::int, count(*)
FROM judged WHERE status <> 0 AND review_id IS NULL GROUP BY status
UNION ALL
SELECT 'tests', t.test, t.flag::int, count(*)
FROM judged CROSS JOIN LATERAL jsonb_each_text(tests) AS t(test, flag)
GROUP BY t.test, t.flag
UNION ALL
SELECT 'corrected', '', 0, count(*)
FROM judged WHERE valid AND value IS DISTINCT FROM raw_value
