-- Open alerts about a feature as a whole, whose rule tells the parts of that feature
-- apart by now: by what it remembers, or by the events that it hears (kinds).
SELECT a.id
FROM alerts_alert a
WHERE a.closed_at IS NULL AND a.part = '' AND a.feature_id IS NOT NULL
  AND a.rule_id = %(rule)s
  AND (EXISTS (
        SELECT FROM alerts_rulestate s
        WHERE s.rule_id = a.rule_id AND s.layer = a.layer
          AND s.feature_id = a.feature_id
        HAVING max(s.last_at) FILTER (WHERE s.part <> '')
               > coalesce(max(s.last_at) FILTER (WHERE s.part = ''), a.raised_at))
    OR EXISTS (
        SELECT FROM core_event e
        WHERE e.layer = a.layer AND e.feature_id = a.feature_id
          AND e.kind = ANY (%(kinds)s) AND e.happened_at > a.raised_at
        HAVING max(e.happened_at) FILTER (WHERE e.new ->> 'part' <> '')
               > coalesce(max(e.happened_at)
                          FILTER (WHERE coalesce(e.new ->> 'part', '') = ''),
                          a.raised_at)))
