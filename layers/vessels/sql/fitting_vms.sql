-- A constraint cannot look into another table, so a fitting knows its device's kind.
CREATE FUNCTION vessels_fitting_vms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.vms := (SELECT kind = 'vms' FROM vessels_device WHERE id = NEW.device_id);
    RETURN NEW;
END $$;

CREATE TRIGGER vessels_fitting_vms BEFORE INSERT OR UPDATE ON vessels_fitting
FOR EACH ROW EXECUTE FUNCTION vessels_fitting_vms();

UPDATE vessels_fitting SET vms = vms;

-- where two VMS devices of a vessel were both counted, the older one counts
UPDATE vessels_fitting f SET counted = false
WHERE f.vms AND f.counted AND EXISTS (
    SELECT FROM vessels_fitting o
    WHERE o.vessel_id = f.vessel_id AND o.vms AND o.counted AND o.device_id < f.device_id
        AND tstzrange(o.since, o.until) && tstzrange(f.since, f.until)
)
