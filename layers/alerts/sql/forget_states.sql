-- What rules need not remember any longer.
DELETE FROM alerts_rulestate
WHERE (rule_id, feature_id, part, zone_id) IN (
    SELECT rule_id, feature_id, part, zone_id
    FROM json_to_recordset(%s::json)
        AS t (rule_id bigint, feature_id bigint, part text, zone_id bigint)
)
