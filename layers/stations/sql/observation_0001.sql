-- Every value of every series as it came, one partition per month.
CREATE TABLE stations_observation (
    series_id bigint NOT NULL,
    at timestamptz NOT NULL,
    version smallint NOT NULL,
    value double precision,
    status smallint NOT NULL CHECK (status BETWEEN 0 AND 2),
    qc smallint NOT NULL,
    received_at timestamptz NOT NULL,
    batch_id bigint,
    PRIMARY KEY (series_id, at, version)
) PARTITION BY RANGE (at);

-- Catches what no month was prepared for; partitions.py moves it out again.
CREATE TABLE stations_observation_default PARTITION OF stations_observation DEFAULT;

-- The version that counts of every value.
CREATE VIEW stations_current AS
SELECT o.*
FROM stations_observation o
WHERE NOT EXISTS (
    SELECT 1 FROM stations_observation n
    WHERE n.series_id = o.series_id AND n.at = o.at AND n.version > o.version
);

-- Values that may enter averages and states: measuring, not failed by a check.
CREATE VIEW stations_valid AS
SELECT series_id, at, value, qc
FROM stations_current
WHERE status = 0 AND value IS NOT NULL AND qc <> 4;
