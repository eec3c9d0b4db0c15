-- What is said about the values of some spans takes the place of what was said; the
-- values about which something changed come back.
WITH spans AS (
    SELECT * FROM unnest(
        %(series)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[]
    ) AS s(series_id, since, until)
), wanted AS (
    SELECT w.series_id, w.at, w.flag, nullif(w.value, 'NaN') AS value,
        w.tests::jsonb AS tests, nullif(w.review, 0) AS review_id
    FROM unnest(
        %(of)s::bigint[], %(at)s::timestamptz[], %(flag)s::smallint[],
        %(value)s::float8[], %(tests)s::text[], %(review)s::bigint[]
    ) AS w(series_id, at, flag, value, tests, review)
), gone AS (
    DELETE FROM stations_judgement j USING spans s
    WHERE j.series_id = s.series_id AND j.at BETWEEN s.since AND s.until
        AND NOT EXISTS (
            SELECT 1 FROM wanted w WHERE w.series_id = j.series_id AND w.at = j.at
        )
    RETURNING j.series_id, j.at
), put AS (
    INSERT INTO stations_judgement AS j (series_id, at, flag, value, tests, review_id)
    SELECT series_id, at, flag, value, tests, review_id FROM wanted
    ON CONFLICT (series_id, at) DO UPDATE SET flag = excluded.flag,
        value = excluded.value, tests = excluded.tests, review_id = excluded.review_id
    WHERE (j.flag, j.value, j.tests, j.review_id) IS DISTINCT FROM
        (excluded.flag, excluded.value, excluded.tests, excluded.review_id)
    RETURNING j.series_id, j.at
)
SELECT series_id, date_part('epoch', at) FROM gone
UNION ALL
SELECT series_id, date_part('epoch', at) FROM put
