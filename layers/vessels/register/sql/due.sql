-- Devices that said something new of themselves, or were heard as more tracks than
-- before: (device, newest report, tracks). One that was looked at lately waits, so
-- that a transponder with a new name each minute makes no work.
WITH said AS (
    SELECT device_id, max(id) AS newest FROM vessels_staticreport GROUP BY 1
), heard AS (
    SELECT device_id, count(DISTINCT branch) AS tracks FROM vessels_fitting
    WHERE branch > 0 GROUP BY 1
)
SELECT d.id, coalesce(said.newest, 0), 1 + coalesce(heard.tracks, 0)
FROM vessels_device d
LEFT JOIN said ON said.device_id = d.id
LEFT JOIN heard ON heard.device_id = d.id
LEFT JOIN vessels_examined e ON e.device_id = d.id
WHERE (said.newest IS NOT NULL OR heard.tracks IS NOT NULL)
    AND (
        e.device_id IS NULL
        OR (
            (said.newest > e.newest_report OR 1 + coalesce(heard.tracks, 0) <> e.tracks)
            AND e.at < now() - %s * interval '1 second'
        )
    )
ORDER BY e.at NULLS FIRST, d.id
LIMIT %s
