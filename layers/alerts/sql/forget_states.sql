-- What rules need not remember any longer.
DELETE FROM alerts_rulestate
WHERE (rule_id, feature_id, part, zone_id) IN (
    SELECT rule_id, feature_id, part, zone_id
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[])
        AS t (rule_id, feature_id, part, zone_id)
)
