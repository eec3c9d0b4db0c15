-- Directives as they stood at a moment: the status is that of the last event. What
-- was a draft then had been addressed to nobody.
CREATE FUNCTION directives_as_of(moment timestamptz)
RETURNS TABLE (
    id bigint, title varchar, geom geometry, shape geometry, unit_id bigint,
    scope_units bigint[], number text, status text, clock text, severity text,
    needed_by timestamptz, legal_deadline timestamptz, body text, cap_status text,
    issued_at timestamptz, reported_at timestamptz, closed_at timestamptz,
    outcome text, alert_id bigint
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        d.id, d.title, d.geom, d.shape, d.unit_id,
        CASE WHEN s.status = 'draft' THEN '{}' ELSE d.scope_units END,
        d.number::text, s.status,
        CASE
            WHEN s.status NOT IN ('issued', 'received', 'returned', 'in_progress')
                OR d.needed_by IS NULL THEN 'stopped'
            WHEN moment > d.needed_by THEN 'overdue'
            WHEN moment >= d.issued_at + (d.needed_by - d.issued_at) * 0.75
                THEN 'due_soon'
            ELSE 'in_time'
        END,
        d.severity::text, d.needed_by, d.legal_deadline, d.body,
        d.cap_status::text,
        CASE WHEN d.issued_at <= moment THEN d.issued_at END,
        CASE WHEN d.reported_at <= moment THEN d.reported_at END,
        NULL::timestamptz, ''::text, d.alert_id
    FROM directives_directive d
    CROSS JOIN LATERAL (
        SELECT coalesce((
            SELECT e.new ->> 'status' FROM core_event e
            WHERE e.layer = 'directives' AND e.feature_id = d.id
              AND e.known_at <= moment AND e.new ? 'status'
            ORDER BY e.known_at DESC, e.id DESC LIMIT 1
        ), 'draft') AS status
    ) s
    WHERE d.created_at <= moment AND (d.closed_at IS NULL OR d.closed_at > moment)
$$;
