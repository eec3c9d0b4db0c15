-- Vessels of the register that carry a counted VMS device, and what the ladder needs.
-- Of all, or of ``ids``.
SELECT
    v.id,
    v.title::text,
    v.unit_id,
    coalesce(v.length_m, 0)::float8,
    p.id,
    extract(epoch FROM l.vms_at)::float8,
    l.lon,
    l.lat,
    s.at_sea,
    extract(epoch FROM s.since)::float8,
    extract(epoch FROM s.manual_at)::float8,
    extract(epoch FROM b.broken_at)::float8,
    coalesce(s.step, ''),
    extract(epoch FROM s.step_since)::float8,
    extract(epoch FROM s.counted_from)::float8,
    coalesce(s.next_step, ''),
    extract(epoch FROM s.next_at)::float8,
    r.first,
    r.after,
    r.last,
    q.at
FROM (
    SELECT DISTINCT ON (f.vessel_id) f.vessel_id, f.device_id, d.provider_id
    FROM vessels_fitting f
    JOIN vessels_device d ON d.id = f.device_id AND d.kind = 'vms'
    WHERE f.counted AND (f.since IS NULL OR f.since <= %(now)s)
        AND (f.until IS NULL OR f.until > %(now)s)
        AND (%(ids)s::bigint[] IS NULL OR f.vessel_id = ANY(%(ids)s::bigint[]))
    ORDER BY f.vessel_id, f.id
) c
JOIN vessels_vessel v ON v.id = c.vessel_id
LEFT JOIN vessels_provider p ON p.id = c.provider_id
LEFT JOIN vessels_live l ON l.vessel_id = v.id
LEFT JOIN vessels_state s ON s.vessel_id = v.id
LEFT JOIN vessels_devicefault b ON b.vessel_id = v.id AND b.mended_at IS NULL
-- What was stored since the silence of those accused began, late reports too: they
-- do not move the live row. 127: the bits of layers.vessels.flags.SUSPECT.
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM min(x.at))::float8 AS first,
        extract(epoch FROM min(x.at) FILTER (WHERE x.at > s.step_since))::float8
            AS after,
        extract(epoch FROM max(x.at))::float8 AS last
    FROM vessels_fitting f
    JOIN vessels_device d ON d.id = f.device_id AND (
        d.kind = 'vms' AND f.counted OR d.kind = 'manual' AND b.id IS NOT NULL
    )
    JOIN vessels_fix x ON x.device_id = f.device_id AND x.branch = f.branch
        AND (f.since IS NULL OR f.since <= x.at)
        AND (f.until IS NULL OR f.until > x.at)
    WHERE f.vessel_id = v.id AND x.at > s.counted_from AND x.at <= %(now)s
        AND x.flags & 127 = 0
) r ON s.step NOT IN ('', 'broken')
-- When the newest report was stored: a backlog is read report by report.
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM max(x.received_at))::float8 AS at
    FROM vessels_position x
    WHERE x.device_id = c.device_id AND x.at = l.vms_at
) q ON true
ORDER BY v.id
