-- Vessels to be published as of a moment, from events. scope: the rows that may be seen.
WITH asked AS (
    SELECT %s::text AS kind, %s::timestamptz AS at, %s::timestamptz AS absent,
        %s::boolean AS personal
), begun AS (
    -- the newest beginning of each vessel, unless it has ended by then
    SELECT DISTINCT ON (e.feature_id)
        e.feature_id,
        coalesce((e.new->>'silent_since')::timestamptz, e.happened_at) AS since,
        e.happened_at
    FROM core_event e, asked
    WHERE e.layer = 'vessels' AND e.happened_at <= asked.at
        AND e.kind = CASE asked.kind
            WHEN 'silent_6h' THEN 'vms.silent_6h'
            WHEN 'silent_10d' THEN 'vms.silent_10d'
            WHEN 'beyond' THEN 'vessel.beyond_began' END
    ORDER BY e.feature_id, e.happened_at DESC
), still AS (
    SELECT b.* FROM begun b, asked
    WHERE NOT EXISTS (
        SELECT FROM core_event e
        WHERE e.layer = 'vessels' AND e.feature_id = b.feature_id
            AND e.happened_at > b.since AND e.happened_at <= asked.at
            AND e.kind = CASE WHEN asked.kind = 'beyond'
                THEN 'vessel.beyond_ended' ELSE 'vms.reported' END
    )
    UNION ALL
    SELECT v.id, coalesce(l.vms_at, '-infinity'), l.vms_at
    FROM asked, vessels_vessel v
    LEFT JOIN vessels_live l ON l.vessel_id = v.id
    WHERE asked.kind = 'absent' AND v.registered
        AND (l.vms_at IS NULL OR l.vms_at < asked.absent)
        AND EXISTS (
            SELECT FROM vessels_fitting f
            JOIN vessels_device d ON d.id = f.device_id AND d.kind = 'vms'
            WHERE f.vessel_id = v.id AND f.counted AND f.until IS NULL
        )
)
SELECT
    v.id,
    v.title::text,
    v.registration::text,
    v.length_m,
    v.home_port::text,
    CASE WHEN asked.personal THEN v.owner::text ELSE '' END,
    CASE WHEN asked.personal THEN coalesce(nullif(v.phone, ''), v.owner_phone)::text
        ELSE '' END,
    coalesce(p.title, '')::text,
    nullif(s.since, '-infinity'),
    f.at,
    f.lon,
    f.lat,
    EXISTS (
        SELECT FROM vessels_outage o
        WHERE o.provider_id = p.id AND o.began_at <= asked.at
            AND coalesce(o.ended_at, 'infinity') > s.since
    ),
    (SELECT count(*) FROM vessels_contact c
        WHERE c.vessel_id = v.id AND c.at BETWEEN s.since AND asked.at),
    coalesce((SELECT c.outcome FROM vessels_contact c
        WHERE c.vessel_id = v.id AND c.at BETWEEN s.since AND asked.at
        ORDER BY c.at DESC, c.id DESC LIMIT 1), '')
FROM still s
CROSS JOIN asked
JOIN vessels_vessel v ON v.id = s.feature_id
LEFT JOIN LATERAL (
    SELECT pr.id, pr.title FROM vessels_fitting f
    JOIN vessels_device d ON d.id = f.device_id AND d.kind = 'vms'
    JOIN vessels_provider pr ON pr.id = d.provider_id
    WHERE f.vessel_id = v.id AND f.counted
        AND (f.since IS NULL OR f.since <= asked.at)
        AND (f.until IS NULL OR f.until > asked.at)
    LIMIT 1
) p ON true
LEFT JOIN LATERAL (
    -- the last position before the moment, wherever it came from
    SELECT x.at, x.lon, x.lat
    FROM vessels_fitting f
    CROSS JOIN LATERAL (
        SELECT q.at, q.lon, q.lat FROM vessels_fix q
        WHERE q.device_id = f.device_id AND q.branch = f.branch
            AND q.at <= asked.at AND q.flags & 127 = 0
        ORDER BY q.at DESC LIMIT 1
    ) x
    WHERE f.vessel_id = v.id
    ORDER BY x.at DESC LIMIT 1
) f ON true
WHERE {scope}
ORDER BY s.since, v.id
