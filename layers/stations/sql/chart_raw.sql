-- Values of some series in a span with what counts of them, oldest first.
SELECT o.series_id, extract(epoch FROM o.at)::bigint, o.value, o.raw_value, o.flag,
    o.status, o.valid, o.review_id IS NOT NULL
FROM stations_judged o
WHERE o.series_id = ANY(%(series)s)
    AND o.at > %(since)s AND o.at <= %(until)s
ORDER BY o.series_id, o.at
