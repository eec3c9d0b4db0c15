-- Stretches of values of one series that did not pass one test, newest first; a gap
-- of an hour parts two. "decided": how many of them a person has judged.
WITH failed AS (
    SELECT j.series_id, j.at, t.test, t.flag::int AS flag, j.review_id
    FROM stations_judgement j
    CROSS JOIN LATERAL jsonb_each_text(j.tests) AS t(test, flag)
    JOIN stations_series s ON s.id = j.series_id
    WHERE j.at > %(since)s AND j.at <= %(until)s
        AND s.station_id = ANY(%(stations)s)
        AND (%(series)s::bigint IS NULL OR j.series_id = %(series)s)
        AND (%(parameter)s = '' OR s.parameter = %(parameter)s)
        AND (%(test)s = '' OR t.test = %(test)s)
        AND (%(flag)s::int IS NULL OR t.flag::int = %(flag)s)
        AND (%(state)s <> 'open' OR j.review_id IS NULL)
        AND (%(state)s <> 'decided' OR j.review_id IS NOT NULL)
), parted AS (
    SELECT f.*, CASE WHEN f.at - lag(f.at) OVER w <= interval '1 hour'
        THEN 0 ELSE 1 END AS begins
    FROM failed f
    WINDOW w AS (PARTITION BY f.series_id, f.test ORDER BY f.at)
), numbered AS (
    SELECT p.*, sum(p.begins) OVER (
        PARTITION BY p.series_id, p.test ORDER BY p.at
    ) AS part
    FROM parted p
), spans AS (
    SELECT n.series_id, n.test, min(n.at) AS since, max(n.at) AS until,
        count(*) AS n, max(n.flag) AS flag, count(n.review_id) AS decided
    FROM numbered n
    GROUP BY n.series_id, n.test, n.part
)
SELECT p.series_id, p.test, p.since, p.until, p.n, p.flag, p.decided,
    count(*) OVER () AS total
FROM spans p
ORDER BY p.until DESC, p.series_id, p.test
LIMIT %(limit)s OFFSET %(offset)s
