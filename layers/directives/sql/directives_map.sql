-- Directives under way, and those that ended within the last day.
CREATE VIEW directives_map AS
SELECT
    d.id, d.title, d.geom, d.shape, d.unit_id, d.scope_units, d.search_text,
    d.number::text AS number, d.status::text AS status, d.clock::text AS clock,
    d.severity::text AS severity, d.needed_by, d.legal_deadline, d.body,
    d.cap_status::text AS cap_status, d.issued_at, d.reported_at, d.closed_at,
    d.outcome::text AS outcome, d.alert_id, d.updated_at
FROM directives_directive d
WHERE d.closed_at IS NULL OR d.closed_at > now() - interval '1 day';
