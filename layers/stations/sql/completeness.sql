-- Of each series and local day: values expected, and those that came. One value is
-- expected per averaging time while station and series are in use: from the day of
-- installation (of the instrument, else of the station), at the earliest the day on
-- which the station was entered here or its first value, until the instrument is
-- removed, the series or the station is taken out of use, or now. Values beyond the
-- number expected do not make up for missing ones.
WITH first AS (
    SELECT s.station_id, min(v.day) AS day
    FROM stations_series s
    CROSS JOIN LATERAL (
        SELECT d.day FROM stations_day d WHERE d.series_id = s.id
        ORDER BY d.day LIMIT 1
    ) v
    WHERE s.station_id = ANY(%(stations)s)
    GROUP BY s.station_id
), idle AS (
    SELECT e.pgh_obj_id AS station_id, e.pgh_created_at AS since,
        coalesce(lead(e.pgh_created_at) OVER (
            PARTITION BY e.pgh_obj_id ORDER BY e.pgh_created_at, e.pgh_id
        ), 'infinity') AS until, e.active
    FROM stations_stationevent e WHERE e.pgh_obj_id = ANY(%(stations)s)
), chosen AS (
    SELECT s.id, s.station_id, s.averaging_minutes AS minutes,
        greatest(
            coalesce(i.installed_on, t.installed_at, '-infinity'),
            least((t.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, f.day)
        ) AS since,
        least(i.removed_on, CASE WHEN NOT s.active THEN coalesce((
            SELECT d.day + 1 FROM stations_day d WHERE d.series_id = s.id
            ORDER BY d.day DESC LIMIT 1
        ), '-infinity') END) AS until
    FROM stations_series s
    JOIN stations_station t ON t.id = s.station_id
    LEFT JOIN stations_instrument i ON i.id = s.instrument_id
    LEFT JOIN first f ON f.station_id = s.station_id
    WHERE s.station_id = ANY(%(stations)s)
), days AS (
    SELECT g.day::date AS day, g.day AT TIME ZONE 'Asia/Ho_Chi_Minh' AS starts,
        least((g.day + interval '1 day') AT TIME ZONE 'Asia/Ho_Chi_Minh', %(now)s)
            AS ends
    FROM generate_series(%(first)s::date::timestamp, %(last)s::date::timestamp,
        interval '1 day') AS g(day)
    WHERE g.day AT TIME ZONE 'Asia/Ho_Chi_Minh' < %(now)s
)
SELECT c.station_id, c.id, d.day, e.expected, least(coalesce(v.received, 0), e.expected),
    least(coalesce(v.measured, 0), e.expected), least(coalesce(v.valid, 0), e.expected)
FROM chosen c
CROSS JOIN days d
CROSS JOIN LATERAL (
    SELECT floor(extract(epoch FROM d.ends - d.starts) / 60 / c.minutes)::int
        AS expected
) e
LEFT JOIN stations_day v ON v.series_id = c.id AND v.day = d.day
WHERE d.day >= c.since AND (c.until IS NULL OR d.day < c.until)
    AND NOT EXISTS (
        SELECT 1 FROM idle i WHERE i.station_id = c.station_id AND NOT i.active
            AND i.since < d.ends AND i.until >= d.ends
    )
ORDER BY c.station_id, c.id, d.day
