-- Devices with a track that is silent: it has no open gap yet, or one that has grown
-- long enough to be published, or so long that contact is lost. The parameters are
-- times: the last fix was at them or before.
WITH last AS (
    SELECT DISTINCT ON (d.device_id, s.key)
        d.device_id, s.key::integer AS branch,
        to_timestamp((s.value ->> 0)::float8) AS at
    FROM tracks_day d, jsonb_each(d.state_after::jsonb) s
    WHERE d.day >= (%(most)s::timestamptz AT TIME ZONE 'UTC')::date
    ORDER BY d.device_id, s.key, d.day DESC
)
SELECT DISTINCT l.device_id
FROM last l
LEFT JOIN movements_movement m ON m.device_id = l.device_id AND m.branch = l.branch
    AND m.kind = 'gap' AND m.ended_at IS NULL AND m.retracted_at IS NULL
WHERE l.at <= %(raw)s
    AND (
        m.id IS NULL AND l.at > %(lost)s
        OR m.id IS NOT NULL AND l.at <= %(lost)s
        OR NOT m.published AND l.at <= %(published)s
            AND m.details @> '{"context": true, "in_port": false}'
            AND NOT m.details @> '{"poor_reception": true}'
    )
