-- Alerts as the centre knew them at a moment: those known and not yet closed then.
-- What may go back and forth (active, acknowledged, shelved, suppressed) is read from events.
CREATE FUNCTION alerts_as_of(moment timestamptz)
RETURNS TABLE (
    id bigint, title varchar, geom geometry, shape geometry, unit_id bigint,
    severity text, state text, active boolean, acknowledged boolean, layer text,
    feature_id bigint, part text, feature_title text, part_title text,
    zone_title text, rule text,
    raised_at timestamptz, age_min integer, known_at timestamptz, late boolean,
    repeats integer, cleared_at timestamptz, closed_at timestamptz,
    closed_reason text, certainty text, legal_basis text
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        a.id, a.title, a.geom, a.shape, a.unit_id, a.severity::text,
        CASE
            WHEN coalesce(hidden.kind = 'alert.suppressed', false) THEN 'suppressed'
            WHEN coalesce(shelf.kind = 'alert.shelved', false) THEN 'shelved'
            WHEN coalesce(life.kind <> 'alert.cleared', true) THEN 'active'
            ELSE 'cleared'
        END,
        coalesce(life.kind <> 'alert.cleared', true),
        coalesce(ack.kind = 'alert.acknowledged', false),
        a.layer::text, a.feature_id, a.part::text, a.feature_title::text,
        a.part_title::text, a.zone_title::text, r.title::text, a.raised_at,
        (extract(epoch FROM moment - a.raised_at) / 60)::integer,
        a.known_at, a.late,
        (SELECT count(*)::integer FROM core_event e
         WHERE e.layer = 'alerts' AND e.feature_id = a.id
           AND e.kind = 'alert.repeated' AND e.known_at <= moment),
        CASE WHEN life.kind = 'alert.cleared' THEN life.happened_at END,
        NULL::timestamptz, ''::text,
        -- what was only possible then may be proven by now
        CASE WHEN a.certainty = 'proven' AND EXISTS (
            SELECT FROM core_event e
            WHERE e.layer = 'alerts' AND e.feature_id = a.id
              AND e.kind = 'alert.proven' AND e.known_at > moment)
            THEN 'possible' ELSE a.certainty::text END,
        r.legal_basis::text
    FROM alerts_alert a
    JOIN alerts_rule r ON r.id = a.rule_id
    LEFT JOIN LATERAL (
        SELECT e.kind, e.happened_at FROM core_event e
        WHERE e.layer = 'alerts' AND e.feature_id = a.id AND e.known_at <= moment
          AND e.kind IN ('alert.raised', 'alert.repeated', 'alert.cleared')
        ORDER BY e.known_at DESC, e.id DESC LIMIT 1
    ) life ON true
    LEFT JOIN LATERAL (
        SELECT e.kind FROM core_event e
        WHERE e.layer = 'alerts' AND e.feature_id = a.id AND e.known_at <= moment
          AND e.kind IN ('alert.suppressed', 'alert.unsuppressed')
        ORDER BY e.known_at DESC, e.id DESC LIMIT 1
    ) hidden ON true
    LEFT JOIN LATERAL (
        SELECT e.kind FROM core_event e
        WHERE e.layer = 'alerts' AND e.feature_id = a.id AND e.known_at <= moment
          AND e.kind IN ('alert.shelved', 'alert.unshelved')
        ORDER BY e.known_at DESC, e.id DESC LIMIT 1
    ) shelf ON true
    LEFT JOIN LATERAL (
        SELECT e.kind FROM core_event e
        WHERE e.layer = 'alerts' AND e.feature_id = a.id AND e.known_at <= moment
          AND e.kind IN ('alert.acknowledged', 'alert.realarmed')
        ORDER BY e.known_at DESC, e.id DESC LIMIT 1
    ) ack ON true
    WHERE a.known_at <= moment AND (a.closed_at IS NULL OR a.closed_at > moment)
$$;
