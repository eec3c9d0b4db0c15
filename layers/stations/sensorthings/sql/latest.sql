-- The same columns for the newest value of every series, without the observations.
SELECT l.series_id, l.at, l.version, l.value AS raw_value, l.status, l.received_at,
    coalesce(j.value, l.value) AS value, coalesce(j.flag, l.qc) AS flag, j.tests,
    j.review_id, s.station_id,
    (l.status = 0 OR j.review_id IS NOT NULL)
        AND coalesce(j.value, l.value) IS NOT NULL
        AND coalesce(j.flag, l.qc) NOT IN (4, 9) AS valid
FROM stations_latest l
JOIN stations_series s ON s.id = l.series_id
JOIN {visible} st ON st.id = s.station_id
LEFT JOIN stations_judgement j ON j.series_id = l.series_id AND j.at = l.at
