-- The limits that hold for stations on days, with the record each of them is of.
SELECT h.station_id, h.day, h.parameter, h.averaging_minutes, h.direction, h.value,
    h.unit, h.limit_id, h.permit_id, m.value AS base_value, m.legal_source, m.note,
    m.column, m.station_id IS NOT NULL AS own, m.valid_from, m.valid_to,
    coalesce(e.number, '') AS permit_number
FROM stations_limits_on(%s::bigint[], %s::date[]) h
JOIN stations_limit m ON m.id = h.limit_id
LEFT JOIN stations_permit e ON e.id = h.permit_id
ORDER BY h.station_id, h.day, h.parameter, h.averaging_minutes, h.direction
