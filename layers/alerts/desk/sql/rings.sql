-- What called for an operator, when: alerts that became known neither suppressed nor
-- under a root at that time, and alerts that called again (seen, gone and back; no
-- longer suppressed).
SELECT a.id, a.rule_id, a.layer, a.feature_id, a.part, a.group_key, a.feature_title,
       a.part_title, a.severity, a.known_at AS at, a.known_at, a.acked_at
FROM alerts_alert a
LEFT JOIN alerts_alert r ON r.id = a.root_id
LEFT JOIN alerts_suppression s ON s.id = a.suppressed_by_id
WHERE a.known_at >= %(since)s AND a.known_at < %(until)s
  AND (a.root_id IS NULL OR r.known_at > a.known_at)
  AND (NOT a.suppressed OR s.starts_at > a.known_at)
  AND NOT EXISTS (
      SELECT FROM core_event u
      WHERE u.layer = 'alerts' AND u.feature_id = a.id
        AND u.kind = 'alert.unsuppressed')
  AND (%(units)s::bigint[] IS NULL OR a.unit_id = ANY(%(units)s))
UNION ALL
SELECT a.id, a.rule_id, a.layer, a.feature_id, a.part, a.group_key, a.feature_title,
       a.part_title, a.severity, e.known_at AS at, NULL, NULL
FROM core_event e
JOIN alerts_alert a ON a.id = e.feature_id
WHERE e.layer = 'alerts' AND e.kind IN ('alert.realarmed', 'alert.unsuppressed')
  AND e.known_at >= %(since)s AND e.known_at < %(until)s
  AND a.root_id IS NULL
  AND (%(units)s::bigint[] IS NULL OR a.unit_id = ANY(%(units)s))
