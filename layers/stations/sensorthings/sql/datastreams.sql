-- Series as Datastreams.
SELECT s.id, s.station_id, s.parameter, op.id AS property_id,
    coalesce(s.instrument_id * 2, s.id * 2 + 1) AS sensor_id,
    concat_ws(' · ', op.title, st.title) AS name,
    concat(op.title, ', ', s.averaging_minutes, ' min') AS description,
    st.geom, s.averaging_minutes, s.active,
    jsonb_build_object('name', coalesce(u.name, s.unit), 'symbol', s.unit,
        'definition', coalesce(u.definition, '')) AS unit,
    jsonb_build_object('symbol', s.parameter, 'averagingMinutes', s.averaging_minutes,
        'active', s.active, 'stationCode', st.code) AS properties
FROM stations_series s
JOIN {visible} st ON st.id = s.station_id
JOIN {parameters} op(id, symbol, title, definition) ON op.symbol = s.parameter
LEFT JOIN {units} u(unit, name, definition) ON u.unit = s.unit
