-- Alerts that are open or were closed within the last day.
CREATE VIEW alerts_map AS
SELECT
    a.id, a.title, a.geom, a.shape, a.unit_id, a.search_text,
    a.severity::text AS severity,
    CASE
        WHEN a.closed_at IS NOT NULL THEN 'closed'
        WHEN a.suppressed THEN 'suppressed'
        WHEN a.shelved_until IS NOT NULL THEN 'shelved'
        WHEN a.active THEN 'active'
        ELSE 'cleared'
    END AS state,
    a.active,
    a.acked_at IS NOT NULL AS acknowledged,
    a.layer::text AS layer,
    a.feature_id,
    a.part::text AS part,
    a.feature_title::text AS feature_title,
    a.part_title::text AS part_title,
    a.zone_title::text AS zone_title,
    r.title::text AS rule,
    a.raised_at,
    (extract(epoch FROM now() - a.raised_at) / 60)::integer AS age_min,
    a.known_at, a.late, a.repeats, a.cleared_at, a.closed_at,
    a.closed_reason::text AS closed_reason,
    a.certainty::text AS certainty,
    r.legal_basis::text AS legal_basis,
    a.updated_at
FROM alerts_alert a
JOIN alerts_rule r ON r.id = a.rule_id
WHERE a.closed_at IS NULL OR a.closed_at > now() - interval '1 day';
