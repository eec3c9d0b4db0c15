-- What the rules of a layer remember of some features.
SELECT rule_id, feature_id, part, zone_id, zone_version, active,
       extract(epoch FROM since)::double precision,
       extract(epoch FROM last_at)::double precision, memory::text
FROM alerts_rulestate
WHERE layer = %s AND feature_id = ANY(%s::bigint[])
ORDER BY rule_id, feature_id, part, zone_id
