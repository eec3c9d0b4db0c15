-- Warnings that are for people: neither tests nor drafts nor mere cancels.
CREATE VIEW hazard_warnings_all AS
SELECT w.id, w.title, w.geom, w.shape, w.unit_id, w.search_text,
       w.identifier, w.sender, coalesce(nullif(w.sender_name, ''), w.sender)::text
           AS sender_name,
       w.sent, w.status::text AS status, w.event::text AS event,
       w.category::text AS category, w.severity::text AS severity,
       w.urgency::text AS urgency, w.certainty::text AS certainty, w.description,
       w.instruction, w.area_text::text AS area_text, w.web::text AS web,
       w.contact::text AS contact, w.begins_at, w.expires, w.ended_at, e.kind AS ended_by,
       w.received_at, w.updated_at
FROM hazard_warnings_warning w
LEFT JOIN hazard_warnings_warning e ON e.id = w.ended_by_id
WHERE w.kind IN ('Alert', 'Update') AND w.status IN ('Actual', 'Exercise');

-- What is in force or announced, and what ended within a day.
CREATE VIEW hazard_warnings_map AS
SELECT w.*,
       CASE WHEN w.ended_at IS NOT NULL AND w.ended_by = 'Cancel' THEN 'cancelled'
            WHEN w.ended_at IS NOT NULL THEN 'replaced'
            WHEN w.expires <= now() THEN 'expired'
            WHEN w.begins_at > now() THEN 'coming'
            ELSE 'force' END AS state
FROM hazard_warnings_all w
WHERE coalesce(w.ended_at, w.expires, 'infinity') > now() - interval '1 day';

-- As the centre knew at a moment what was in force or announced.
CREATE FUNCTION hazard_warnings_as_of(moment timestamptz)
RETURNS SETOF hazard_warnings_map
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT w.id, w.title, w.geom, w.shape, w.unit_id, w.search_text, w.identifier,
       w.sender, w.sender_name, w.sent, w.status, w.event, w.category, w.severity,
       w.urgency, w.certainty, w.description, w.instruction, w.area_text, w.web,
       w.contact, w.begins_at, w.expires, NULL::timestamptz, NULL::varchar,
       w.received_at, w.updated_at,
       CASE WHEN w.begins_at > moment THEN 'coming' ELSE 'force' END
FROM hazard_warnings_all w
WHERE w.received_at <= moment
  AND coalesce(w.ended_at, 'infinity') > moment
  AND coalesce(w.expires, 'infinity') > moment;
END;
