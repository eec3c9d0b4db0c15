-- Alerts on the list whose condition has lasted since before a time.
SELECT a.id, a.title, a.severity, a.known_at, a.raised_at,
       a.acked_at IS NOT NULL AS acknowledged, count(*) OVER () AS of_all
FROM alerts_alert a
WHERE a.closed_at IS NULL AND a.active AND NOT a.suppressed
  AND a.shelved_until IS NULL AND a.root_id IS NULL AND a.raised_at < %(before)s
  AND (%(units)s::bigint[] IS NULL OR a.unit_id = ANY(%(units)s))
ORDER BY a.raised_at, a.id
LIMIT 50
