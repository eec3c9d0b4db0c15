-- Every value of a station's series in (since, until] as it came, each version of it,
-- with what counts of it: the flag of the tests or of a person, the corrected value.
SELECT o.series_id, o.at, o.version, o.value AS raw, o.status, o.qc,
    o.received_at, o.batch_id, j.flag, j.value AS corrected,
    j.tests::text AS tests, j.review_id,
    o.version = max(o.version) OVER (PARTITION BY o.series_id, o.at) AS counts
FROM stations_series s
JOIN stations_observation o ON o.series_id = s.id
LEFT JOIN stations_judgement j ON j.series_id = o.series_id AND j.at = o.at
WHERE s.station_id = %(station)s AND s.parameter = ANY (%(parameters)s)
    AND o.at > %(since)s AND o.at <= %(until)s
ORDER BY o.series_id, o.at, o.version
LIMIT %(most)s
