-- The version that counts of every value.
CREATE VIEW stations_current AS
SELECT o.*
FROM stations_observation o
WHERE NOT EXISTS (
    SELECT 1 FROM stations_observation n
    WHERE n.series_id = o.series_id AND n.at = o.at AND n.version > o.version
);

-- Every value with what counts of it: the flag of the tests or of a person, the
-- corrected value. "valid" may enter averages, indices and states: measuring (or
-- reviewed by a person), present, not failed.
CREATE VIEW stations_judged AS
SELECT o.series_id, o.at, o.version, o.value AS raw_value, o.status, o.received_at,
    o.batch_id, coalesce(j.value, o.value) AS value, coalesce(j.flag, o.qc) AS flag,
    j.tests, j.review_id,
    (o.status = 0 OR j.review_id IS NOT NULL)
        AND coalesce(j.value, o.value) IS NOT NULL
        AND coalesce(j.flag, o.qc) NOT IN (4, 9) AS valid
FROM stations_current o
LEFT JOIN stations_judgement j ON j.series_id = o.series_id AND j.at = o.at;

CREATE VIEW stations_valid AS
SELECT series_id, at, value, flag AS qc FROM stations_judged WHERE valid;
