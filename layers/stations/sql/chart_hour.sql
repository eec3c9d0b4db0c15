-- Hours of some series that end in a span, oldest first.
SELECT h.series_id, extract(epoch FROM h.hour)::bigint, h.mean, h.least, h.largest,
    h.total, h.valid, h.received, h.measured
FROM stations_hour h
WHERE h.series_id = ANY(%(series)s)
    AND h.hour > %(since)s AND h.hour <= %(until)s
ORDER BY h.series_id, h.hour
