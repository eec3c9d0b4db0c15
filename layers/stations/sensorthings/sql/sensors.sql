-- Instruments as Sensors; a series whose instrument nobody entered has one of its
-- own, for every Datastream must have a Sensor. Even ids are instruments.
SELECT i.id * 2 AS id, concat_ws(' ', i.title, nullif(i.make, ''), nullif(i.model, ''))
        AS name,
    i.method AS description,
    concat_ws(', ', i.title, nullif(i.make, ''), nullif(i.model, ''),
        nullif(i.serial_number, ''), nullif(i.method, '')) AS metadata,
    jsonb_build_object('make', i.make, 'model', i.model,
        'serialNumber', i.serial_number, 'method', i.method, 'rangeLow', i.range_low,
        'rangeHigh', i.range_high, 'installedOn', i.installed_on,
        'removedOn', i.removed_on, 'calibratedOn', i.calibrated_on) AS properties
FROM stations_instrument i
JOIN {visible} st ON st.id = i.station_id
UNION ALL
SELECT s.id * 2 + 1, {unnamed} || ' · ' || s.parameter, '', '', '{{}}'::jsonb
FROM stations_series s
JOIN {visible} st ON st.id = s.station_id
WHERE s.instrument_id IS NULL
