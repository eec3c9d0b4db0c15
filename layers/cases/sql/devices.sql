-- The devices that spoke for the vessel at any time of the span.
SELECT f.device_id, d.key, d.kind, coalesce(p.title, '') AS provider, d.provider_id,
    f.branch, f.since, f.until, f.counted, f.basis, f.score
FROM vessels_fitting f
JOIN vessels_device d ON d.id = f.device_id
LEFT JOIN vessels_provider p ON p.id = d.provider_id
WHERE f.vessel_id = %(vessel)s
    AND (f.since IS NULL OR f.since <= %(until)s)
    AND (f.until IS NULL OR f.until > %(since)s)
ORDER BY d.key, f.branch, f.since NULLS FIRST
