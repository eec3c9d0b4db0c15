-- All values of a station's series in (since, until], as they count now.
SELECT j.series_id, extract(epoch FROM j.at)::float8, j.value, j.status, j.flag,
    j.valid, j.review_id IS NOT NULL, j.tests::text
FROM stations_series s
JOIN stations_judged j ON j.series_id = s.id
WHERE s.station_id = %(station)s AND j.at > %(since)s AND j.at <= %(until)s
ORDER BY j.series_id, j.at
