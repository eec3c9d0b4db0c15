-- Upsert of states given as columns.
INSERT INTO alerts_rulestate
    (layer, rule_id, feature_id, part, zone_id, zone_version, active, since, last_at,
     memory)
SELECT %s, rule_id, feature_id, part, zone_id, zone_version, active,
       to_timestamp(since), to_timestamp(last_at), memory::jsonb
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[],
            %s::boolean[], %s::double precision[], %s::double precision[], %s::text[])
    AS t (rule_id, feature_id, part, zone_id, zone_version, active, since, last_at,
          memory)
ON CONFLICT (rule_id, feature_id, zone_id, part) DO UPDATE SET
    zone_version = excluded.zone_version, active = excluded.active,
    since = excluded.since, last_at = excluded.last_at, memory = excluded.memory
