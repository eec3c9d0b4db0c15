INSERT INTO vessels_provider (code, title, phone)
SELECT DISTINCT trim(BOTH '-' FROM lower(regexp_replace(provider, '[^A-Za-z0-9]+', '-', 'g'))),
    provider, ''
FROM vessels_device WHERE provider <> '';

INSERT INTO vessels_fitting (device_id, branch, vessel_id, counted, basis)
SELECT d.id, 0, d.vessel_id, d.counted,
    CASE WHEN v.registered THEN 'register' ELSE 'heard' END
FROM vessels_device d JOIN vessels_vessel v ON v.id = d.vessel_id;
