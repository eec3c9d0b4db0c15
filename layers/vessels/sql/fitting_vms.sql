-- A constraint cannot look into another table, so a fitting knows its device's kind.
CREATE FUNCTION vessels_fitting_vms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.vms := (SELECT kind = 'vms' FROM vessels_device WHERE id = NEW.device_id);
    RETURN NEW;
END $$;

CREATE TRIGGER vessels_fitting_vms BEFORE INSERT OR UPDATE ON vessels_fitting
FOR EACH ROW EXECUTE FUNCTION vessels_fitting_vms();
