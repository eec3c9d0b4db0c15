-- Every VN_WQI as the method of its day says; both variants stand in its parts.
UPDATE stations_index i
SET value = floor(round((i.parts ->> w.variant)::numeric, 6) + 0.5)
FROM (
    SELECT x.id, coalesce((
        SELECT m.variant FROM stations_indexmethod m
        WHERE m.kind = 'vn_wqi' AND m.valid_from <=
            ((x.at - interval '1 second') AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        ORDER BY m.valid_from DESC LIMIT 1
    ), %(default)s) AS variant
    FROM stations_index x WHERE x.kind = 'vn_wqi' AND x.value IS NOT NULL
) w
WHERE w.id = i.id
    AND i.value <> floor(round((i.parts ->> w.variant)::numeric, 6) + 0.5)
