-- Press items as the map shows them: the person's tone before the machine's, and the
-- name of the outlet.
CREATE VIEW press_map AS
SELECT p.id, p.source, p.external_id, p.title, p.unit_id, o.name AS outlet,
       o.level AS outlet_level, p.url, p.published_at, p.summary, p.topic,
       coalesce(nullif(p.human_tone, ''), p.machine_tone) AS tone,
       p.human_tone <> '' AS tone_corrected, p.verified, p.precision, p.place,
       p.snapshot_sha256, p.updated_at, p.geom, p.shape, p.search_text
FROM press_pressitem p
JOIN press_outlet o ON o.id = p.outlet_id;

-- Published by then; tone and check as they are known today.
CREATE FUNCTION press_as_of(at timestamptz)
RETURNS SETOF press_map
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT m.* FROM press_map m WHERE m.published_at <= press_as_of.at;
END;
