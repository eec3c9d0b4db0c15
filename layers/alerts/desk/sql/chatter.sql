-- Sources whose condition came and went too fast. Chattering: raised three times or
-- more within a minute. Fleeting: over within a minute of being raised.
WITH turns AS (
    SELECT a.rule_id, a.layer, a.feature_id, a.part, a.group_key, a.id,
           a.feature_title, a.part_title, e.kind, e.happened_at AS at,
           lead(e.kind) OVER w AS then_kind,
           lead(e.happened_at) OVER w AS then_at
    FROM core_event e JOIN alerts_alert a ON a.id = e.feature_id
    WHERE e.layer = 'alerts'
      AND e.kind IN ('alert.raised', 'alert.repeated', 'alert.cleared')
      AND e.known_at >= %(since)s AND e.known_at < %(until)s
      AND a.feature_id IS NOT NULL
      AND (%(units)s::bigint[] IS NULL OR a.unit_id = ANY(%(units)s))
    WINDOW w AS (PARTITION BY a.rule_id, a.layer, a.feature_id, a.part, a.group_key
                 ORDER BY e.happened_at, e.id)
), raised AS (
    SELECT *, lead(at, 2) OVER (
        PARTITION BY rule_id, layer, feature_id, part, group_key ORDER BY at, id)
        AS third_at
    FROM turns WHERE kind <> 'alert.cleared'
)
SELECT rule.slug AS rule, rule.title AS rule_title, rule.title_en AS rule_title_en,
       r.layer, r.feature_id, r.part, max(r.feature_title) AS feature_title,
       max(r.part_title) AS part_title, max(r.id) AS newest, count(*) AS raised,
       count(*) FILTER (WHERE r.third_at - r.at <= interval '1 minute') AS chattering,
       count(*) FILTER (WHERE r.then_kind = 'alert.cleared' AND r.then_at > r.at
           AND r.then_at - r.at <= interval '1 minute') AS fleeting
FROM raised r JOIN alerts_rule rule ON rule.id = r.rule_id
GROUP BY rule.slug, rule.title, rule.title_en, r.layer, r.feature_id, r.part
HAVING count(*) FILTER (WHERE r.third_at - r.at <= interval '1 minute') > 0
    OR count(*) FILTER (WHERE r.then_kind = 'alert.cleared' AND r.then_at > r.at
           AND r.then_at - r.at <= interval '1 minute') > 0
ORDER BY chattering DESC, fleeting DESC, newest DESC
LIMIT 50
