-- Append events given as JSON; what was recorded before is left alone. The new ones
-- come back, so that of two who tell the same at once only one has told it.
INSERT INTO core_event
    (key, kind, layer, feature_id, title, unit_id, geom, old, new, reason,
     happened_at, known_at, actor_id)
SELECT key, kind, layer, feature_id, title, unit_id,
       CASE WHEN lon IS NOT NULL AND lat IS NOT NULL
            THEN ST_Point(lon, lat, 4326) END,
       old, new, reason, happened_at, clock_timestamp(), actor_id
FROM jsonb_to_recordset(%s::jsonb) AS t (
    key text, kind text, layer text, feature_id bigint, title text, unit_id bigint,
    lon double precision, lat double precision, old jsonb, new jsonb, reason text,
    happened_at timestamptz, actor_id bigint)
ON CONFLICT (key) DO NOTHING
RETURNING key, id
