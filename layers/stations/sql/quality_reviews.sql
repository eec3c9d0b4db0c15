-- Reviews that stand and touch spans of series, the oldest first.
SELECT r.id, r.series_id, date_part('epoch', r.since),
    date_part('epoch', r.until), r.flag, coalesce(r.value, 'NaN')
FROM stations_review r
WHERE r.withdrawn_at IS NULL AND EXISTS (
    SELECT 1 FROM unnest(
        %(series)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[]
    ) AS s(series_id, since, until)
    WHERE s.series_id = r.series_id AND r.since <= s.until AND r.until >= s.since
)
ORDER BY r.id
