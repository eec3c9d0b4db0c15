-- Vessels whose live row did not move, but that one of their devices reported later
-- than it had before.
UPDATE vessels_live l SET
    seq = %s, ais_at = greatest(l.ais_at, n.ais_at),
    vms_at = greatest(l.vms_at, n.vms_at)
FROM vessels_newest n
WHERE n.vessel_id = l.vessel_id
    AND (n.ais_at > coalesce(l.ais_at, '-infinity')
        OR n.vms_at > coalesce(l.vms_at, '-infinity'))
