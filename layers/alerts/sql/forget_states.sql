-- Pairs that a rule need not remember any longer.
DELETE FROM alerts_rulestate
WHERE rule_id = %s AND (feature_id, zone_id) IN (
    SELECT feature_id, zone_id
    FROM unnest(%s::bigint[], %s::bigint[]) AS t (feature_id, zone_id)
)
