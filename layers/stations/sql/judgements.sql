-- What tests and people said of values of some series in a span of time.
SELECT j.series_id, date_part('epoch', j.at) AS at, j.flag::int4 AS flag,
    coalesce(j.value, 'NaN') AS value, (j.review_id IS NOT NULL)::int4 AS reviewed
FROM stations_judgement j
WHERE j.series_id = ANY(%(series)s::bigint[])
    AND j.at BETWEEN to_timestamp(%(first)s) AND to_timestamp(%(last)s)
