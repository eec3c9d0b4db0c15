-- What else people look for some vessels by. Names that hold a phone number are left
-- out: they would tell it to whoever tries numbers.
WITH asked AS (
    SELECT unnest(%s::bigint[]) AS id
), fitted AS (
    SELECT DISTINCT f.vessel_id, d.id, d.key
    FROM asked JOIN vessels_fitting f ON f.vessel_id = asked.id
    JOIN vessels_device d ON d.id = f.device_id
), said AS (
    SELECT fitted.vessel_id, report.content
    FROM fitted CROSS JOIN LATERAL (
        SELECT content FROM vessels_staticreport r
        WHERE r.device_id = fitted.id ORDER BY r.last_at DESC LIMIT 10
    ) report
), words AS (
    SELECT vessel_id AS id, regexp_replace(key, '^.*:', '') AS word FROM fitted
    UNION SELECT vessel_id, content ->> 'name' FROM said
    UNION SELECT vessel_id, content ->> 'call_sign' FROM said
    UNION SELECT vessel_id, content ->> 'registration' FROM said
    UNION SELECT e.pgh_obj_id, e.mmsi FROM asked
        JOIN vessels_vesselevent e ON e.pgh_obj_id = asked.id
    UNION SELECT v.id, regexp_replace(v.registration, '[^[:alnum:]]+', ' ', 'g')
        FROM asked JOIN vessels_vessel v USING (id)
), lines AS (
    SELECT id, left(string_agg(word, ' ' ORDER BY word), 1000) AS aliases
    FROM words
    WHERE word <> '' AND (
        word ~ '^[0-9]{9}$' OR regexp_replace(word, '[^0-9]', '', 'g') !~ '[0-9]{9}'
    )
    GROUP BY id
)
UPDATE vessels_vessel v SET aliases = coalesce(lines.aliases, '')
FROM asked LEFT JOIN lines USING (id)
WHERE v.id = asked.id AND v.aliases <> coalesce(lines.aliases, '')
