-- The list of a recall in the caller's scope. Personal data only when asked for.
SELECT b.id, b.vessel_id, m.title, coalesce(m.registration, ''), coalesce(m.mmsi, ''),
    m.length_m, coalesce(m.home_port, ''), coalesce(m.call_sign, ''),
    b.moves, b.inside, b.silent, b.entered_at, b.left_at, b.added_at,
    b.at, b.lon, b.lat, b.speed_kn, b.course_deg, b.edge_m, b.outward_kn,
    b.leave_min, b.enter_min, b.haven, b.haven_m, b.haven_min, b.home_m,
    b.answer, b.answered_at, b.answered_by_id, b.tries, b.tried_at,
    b.claimed_by_id, b.claimed_until, b.claimed_by_id,
    CASE WHEN %s THEN coalesce(m.captain, '') ELSE '' END,
    CASE WHEN %s THEN coalesce(m.phone, '') ELSE '' END,
    CASE WHEN %s THEN coalesce(m.owner, '') ELSE '' END,
    CASE WHEN %s THEN coalesce(m.owner_phone, '') ELSE '' END
FROM recalls_boat b
JOIN {relation} m ON m.id = b.vessel_id
WHERE b.recall_id = %s AND {scope} AND {only}
ORDER BY array_position(%s::text[], b.moves::text), b.leave_min DESC NULLS LAST,
    b.enter_min NULLS LAST, b.id
