-- The newest reports of some devices, newest first.
SELECT asked.id, r.content
FROM unnest(%s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT content, last_at, id FROM vessels_staticreport
    WHERE device_id = asked.id ORDER BY last_at DESC, id DESC LIMIT %s
) r
ORDER BY asked.id, r.last_at DESC, r.id DESC
