-- The stations of the list with their newest time, completeness of today, newest
-- index and how many of their values await a look.
WITH asked AS (
    SELECT %s::timestamptz AS now, %s::timestamptz AS today
), f AS MATERIALIZED (
    SELECT * FROM {relation} WHERE {where}
)
SELECT f.id, f.title, f.kind, f.code, f.owner, f.river, f.state, f.parameter,
    f.value, f.unit, f.at, f.ratio, f.unit_id, f.trend,
    coalesce(i.kind, ''), i.value, i.at, coalesce(i.reason, ''),
    CASE WHEN e.expected > 0 THEN least(e.received / e.expected, 1.0)::float8 END,
    coalesce(r.suspect, 0)
FROM f
CROSS JOIN asked
LEFT JOIN LATERAL (
    SELECT x.kind, x.value, x.at, x.reason FROM stations_index x
    WHERE x.station_id = f.id AND x.at > asked.now - interval '26 hours'
        AND x.at <= asked.now
    ORDER BY x.period DESC, x.at DESC LIMIT 1
) i ON true
LEFT JOIN LATERAL (
    SELECT sum(60.0 / s.averaging_minutes)
            * floor(extract(epoch FROM asked.now - asked.today) / 3600) AS expected,
        coalesce(sum(h.received), 0) AS received
    FROM stations_series s
    LEFT JOIN LATERAL (
        SELECT sum(o.received) AS received FROM stations_hour o
        WHERE o.series_id = s.id AND o.hour > asked.today AND o.hour <= asked.now
    ) h ON true
    WHERE s.station_id = f.id AND s.active
) e ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS suspect FROM stations_series s
    JOIN stations_judgement j ON j.series_id = s.id
        AND j.at > asked.now - interval '7 days'
    WHERE s.station_id = f.id AND j.review_id IS NULL AND j.flag IN (3, 4)
) r ON true
