-- Work out anew the hours of spans (series, after, until] that begin and end with an
-- hour. A value belongs to the hour that it ends. Sums run in the order of time: the
-- same values always give the same number.
INSERT INTO stations_hour AS h
    (series_id, hour, received, measured, valid, mean, least, largest, total)
SELECT v.series_id, v.hour, least(v.received, 32767), least(v.measured, 32767),
    least(v.valid, 32767), v.total / nullif(v.valid, 0), v.least, v.largest, v.total
FROM (
    SELECT s.series_id,
        date_bin('1 hour', o.at - interval '1 microsecond', 'epoch')
            + interval '1 hour' AS hour,
        count(*) AS received, count(*) FILTER (WHERE o.status = 0) AS measured,
        count(*) FILTER (WHERE c.valid) AS valid,
        min(c.value) FILTER (WHERE c.valid) AS least,
        max(c.value) FILTER (WHERE c.valid) AS largest,
        sum(c.value ORDER BY o.at) FILTER (WHERE c.valid) AS total
    FROM unnest(%(series)s::bigint[], %(after)s::timestamptz[],
        %(until)s::timestamptz[]) AS s(series_id, after, until)
    -- What stations_judged says of each value, written so that only the index is
    -- walked, whatever the planner believes about the number of rows.
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (o.at) o.at, o.status, o.value, o.qc
        FROM stations_observation o
        WHERE o.series_id = s.series_id AND o.at > s.after AND o.at <= s.until
            AND o.at > %(first)s AND o.at <= %(last)s
        ORDER BY o.at DESC, o.version DESC
    ) o
    LEFT JOIN LATERAL (
        SELECT j.flag, j.value, j.review_id FROM stations_judgement j
        WHERE j.series_id = s.series_id AND j.at = o.at LIMIT 1
    ) j ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(j.value, o.value) AS value,
            (o.status = 0 OR j.review_id IS NOT NULL)
                AND coalesce(j.value, o.value) IS NOT NULL
                AND coalesce(j.flag, o.qc) NOT IN (4, 9) AS valid
    ) c
    GROUP BY s.series_id, hour
) v
ON CONFLICT (series_id, hour) DO UPDATE SET received = excluded.received,
    measured = excluded.measured, valid = excluded.valid, mean = excluded.mean,
    least = excluded.least, largest = excluded.largest, total = excluded.total
WHERE (h.received, h.measured, h.valid, h.mean, h.least, h.largest, h.total)
    IS DISTINCT FROM (excluded.received, excluded.measured, excluded.valid,
        excluded.mean, excluded.least, excluded.largest, excluded.total)
