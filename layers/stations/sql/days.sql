-- Work out anew days of series from their hours. An hour has enough when three
-- quarters of its values are valid; eight of them when at least six have.
INSERT INTO stations_day AS d
    (series_id, day, received, measured, valid, hours, mean, least, largest, total,
    largest_hour, largest_8h)
SELECT v.series_id, v.day, least(v.received, 32767), least(v.measured, 32767),
    least(v.valid, 32767), v.hours, v.total / nullif(v.valid, 0), v.least, v.largest,
    v.total, v.largest_hour, v.largest_8h
FROM (
    SELECT w.series_id, w.day,
        sum(w.received) FILTER (WHERE w.mine) AS received,
        sum(w.measured) FILTER (WHERE w.mine) AS measured,
        sum(w.valid) FILTER (WHERE w.mine) AS valid,
        count(*) FILTER (WHERE w.mine AND w.enough) AS hours,
        min(w.least) FILTER (WHERE w.mine) AS least,
        max(w.largest) FILTER (WHERE w.mine) AS largest,
        sum(w.total ORDER BY w.hour) FILTER (WHERE w.mine) AS total,
        max(w.mean) FILTER (WHERE w.mine AND w.enough) AS largest_hour,
        max(w.mean_8h) FILTER (WHERE w.mine AND w.hours_8h >= 6) AS largest_8h
    FROM (
        SELECT g.*, avg(g.mean) FILTER (WHERE g.enough) OVER eight AS mean_8h,
            count(*) FILTER (WHERE g.enough) OVER eight AS hours_8h
        FROM (
            SELECT t.series_id, t.day, slot.hour, slot.hour > t.midnight AS mine,
                h.received, h.measured, h.valid, h.mean, h.least, h.largest, h.total,
                h.valid * t.minutes * 4 >= 180 AS enough
            FROM (
                SELECT u.series_id, u.day, s.averaging_minutes AS minutes,
                    u.day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS midnight
                FROM unnest(%(series)s::bigint[], %(day)s::date[]) AS u(series_id, day)
                JOIN stations_series s ON s.id = u.series_id
            ) t
            -- every hour of the day and the seven before it, there or not
            CROSS JOIN LATERAL generate_series(t.midnight - interval '6 hours',
                t.midnight + interval '24 hours', interval '1 hour') AS slot(hour)
            -- the limit keeps the planner from reading all hours for a join
            LEFT JOIN LATERAL (
                SELECT r.* FROM stations_hour r
                WHERE r.series_id = t.series_id AND r.hour = slot.hour LIMIT 1
            ) h ON true
        ) g
        WINDOW eight AS (PARTITION BY g.series_id, g.day ORDER BY g.hour
            ROWS BETWEEN 7 PRECEDING AND CURRENT ROW)
    ) w
    GROUP BY w.series_id, w.day
    HAVING count(w.received) FILTER (WHERE w.mine) > 0
) v
ON CONFLICT (series_id, day) DO UPDATE SET received = excluded.received,
    measured = excluded.measured, valid = excluded.valid, hours = excluded.hours,
    mean = excluded.mean, least = excluded.least, largest = excluded.largest,
    total = excluded.total, largest_hour = excluded.largest_hour,
    largest_8h = excluded.largest_8h
WHERE (d.received, d.measured, d.valid, d.hours, d.mean, d.least, d.largest, d.total,
    d.largest_hour, d.largest_8h) IS DISTINCT FROM (excluded.received,
    excluded.measured, excluded.valid, excluded.hours, excluded.mean, excluded.least,
    excluded.largest, excluded.total, excluded.largest_hour, excluded.largest_8h)
