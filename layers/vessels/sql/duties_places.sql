-- Live rows of vessels and what was told of their place. Of all, or of ``ids``; only
-- those never told of and those that moved after a change.
SELECT
    l.vessel_id, extract(epoch FROM l.at)::float8, l.lon, l.lat,
    coalesce(l.error_m, 0)::float8, s.at_sea, s.port_id, s.port, s.band, s.beyond,
    v.title::text, v.unit_id
FROM vessels_live l
JOIN vessels_vessel v ON v.id = l.vessel_id
LEFT JOIN vessels_state s ON s.vessel_id = l.vessel_id
WHERE (%(ids)s::bigint[] IS NULL OR l.vessel_id = ANY(%(ids)s::bigint[]))
    AND (l.seq > %(after)s OR s.at IS NULL)
    AND v.vessel_class NOT IN ('navaid', 'base_station', 'buoy')
ORDER BY l.vessel_id
