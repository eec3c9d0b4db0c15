-- Upsert of states given as JSON rows.
INSERT INTO alerts_rulestate
    (layer, rule_id, feature_id, part, zone_id, zone_version, active, since, last_at,
     memory)
SELECT %s, rule_id, feature_id, part, zone_id, zone_version, active,
       to_timestamp(since), to_timestamp(last_at), memory
FROM json_to_recordset(%s::json) AS t (
    rule_id bigint, feature_id bigint, part text, zone_id bigint, zone_version bigint,
    active boolean, since double precision, last_at double precision, memory jsonb)
ON CONFLICT (rule_id, feature_id, zone_id, part) DO UPDATE SET
    zone_version = excluded.zone_version, active = excluded.active,
    since = excluded.since, last_at = excluded.last_at, memory = excluded.memory
