-- Incidents as they stood at a time: begun by then, with the status of their last
-- step by then. Casualties and words are today's; their changes are in the history.
CREATE FUNCTION incidents_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, kind text, severity text, status text,
    started_at timestamptz, ended_at timestamptz, dead integer, injured integer,
    address text, description text, reporter text, external_id text,
    updated_at timestamptz, geom geometry, shape geometry)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT i.id, i.title, i.unit_id, i.kind, i.severity,
       coalesce(step.status, 'reported'), i.started_at,
       CASE WHEN i.ended_at <= incidents_as_of.at THEN i.ended_at END,
       i.dead, i.injured, i.address, i.description, i.reporter, i.external_id,
       coalesce(step.at, i.started_at), i.geom, i.shape
FROM incidents_incident i
LEFT JOIN LATERAL (
    SELECT s.status, s.at FROM incidents_incidentstep s
    WHERE s.incident_id = i.id AND s.at <= incidents_as_of.at
    ORDER BY s.at DESC, s.id DESC LIMIT 1
) AS step ON true
WHERE i.started_at <= incidents_as_of.at;
END;
