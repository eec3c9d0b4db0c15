-- How many values there are of some series (NULL: of all) in a span of time: whole days
-- and hours from the roll-ups, only the ends value by value. The first version of a
-- value stands for all of them.
SELECT (
    SELECT coalesce(sum(d.received), 0) FROM stations_day d
    WHERE (%(series)s::bigint[] IS NULL OR d.series_id = ANY(%(series)s::bigint[]))
        AND d.day >= %(first_day)s AND d.day < %(end_day)s
) + (
    SELECT coalesce(sum(c.received), 0)
    FROM (SELECT s.id FROM stations_series s
        WHERE %(series)s::bigint[] IS NULL OR s.id = ANY(%(series)s::bigint[])) s
    CROSS JOIN (VALUES (%(hour_1)s::timestamptz, %(hour_2)s::timestamptz),
        (%(hour_3)s, %(hour_4)s)) AS e(after, until)
    CROSS JOIN LATERAL (
        SELECT sum(h.received) AS received FROM stations_hour h
        WHERE h.series_id = s.id AND h.hour > e.after AND h.hour <= e.until
    ) c
    WHERE e.after < e.until
) + (
    SELECT coalesce(sum(c.received), 0)
    FROM (SELECT s.id FROM stations_series s
        WHERE %(series)s::bigint[] IS NULL OR s.id = ANY(%(series)s::bigint[])) s
    CROSS JOIN (VALUES (%(raw_1)s::timestamptz, %(raw_2)s::timestamptz),
        (%(raw_3)s, %(raw_4)s)) AS e(after, until)
    CROSS JOIN LATERAL (
        SELECT count(*) AS received FROM stations_observation o
        WHERE o.series_id = s.id AND o.version = 1
            AND o.at > e.after AND o.at <= e.until
    ) c
    WHERE e.after < e.until
)
