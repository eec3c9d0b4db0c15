-- Positions belong to the device that reported them; whose device it was is a matter
-- of vessels_fitting, so that a correction there changes no track (tracks may not be
-- edited). One partition per day of the position's own time; what is older than the
-- partitions that exist lies in the default partition.
CREATE TABLE vessels_position (
    -- no foreign keys: devices are never deleted, and a check per row costs a fifth
    device_id bigint NOT NULL,
    at timestamptz NOT NULL,
    digest bigint NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    batch_id bigint,
    line_no integer,
    speed_kn real,
    course_deg real,
    heading_deg real,
    turn_deg_min real,
    error_m real,
    flags integer NOT NULL DEFAULT 0,
    receiver_id integer NOT NULL,
    branch smallint NOT NULL DEFAULT 0,
    status smallint,
    message_type smallint NOT NULL,
    PRIMARY KEY (device_id, at, digest)
) PARTITION BY RANGE (at);

CREATE INDEX vessels_position_by_time ON vessels_position USING brin (at)
    WITH (autosummarize = on);

-- The same message heard by a further receiver.
CREATE TABLE vessels_reception (
    device_id bigint NOT NULL,
    at timestamptz NOT NULL,
    digest bigint NOT NULL,
    receiver_id integer NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, at, digest, receiver_id)
) PARTITION BY RANGE (at);

CREATE TABLE vessels_position_rest PARTITION OF vessels_position DEFAULT;
CREATE TABLE vessels_reception_rest PARTITION OF vessels_reception DEFAULT;

-- The newest credible fix per vessel. No index but the key, and room on every page,
-- so that moving a row stays inside its page (heap-only update).
CREATE TABLE vessels_live (
    vessel_id bigint PRIMARY KEY REFERENCES vessels_vessel (id),
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    x double precision NOT NULL,
    y double precision NOT NULL,
    ais_at timestamptz,
    vms_at timestamptz,
    device_id bigint NOT NULL,
    speed_kn real,
    course_deg real,
    heading_deg real,
    error_m real,
    flags integer NOT NULL DEFAULT 0,
    receiver_id integer NOT NULL,
    branch smallint NOT NULL DEFAULT 0,
    status smallint,
    -- of two fixes of one moment always the same one is the live one
    digest bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);

-- Tracks that have to be settled again from this time on: filled by whoever stores
-- positions, emptied by whoever settles.
CREATE TABLE vessels_dirty (
    device_id bigint NOT NULL,
    branch smallint NOT NULL,
    since timestamptz NOT NULL,
    marked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, branch)
);

-- Partitions for the days from first_day on, as many as asked for.
CREATE FUNCTION vessels_make_partitions(first_day date, days integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    made integer := 0;
    day date;
    name text;
    parent text;
BEGIN
    FOR i IN 0..days - 1 LOOP
        day := first_day + i;
        FOREACH parent IN ARRAY ARRAY['vessels_position', 'vessels_reception'] LOOP
            name := parent || '_' || to_char(day, 'YYYYMMDD');
            IF to_regclass(name) IS NULL THEN
                BEGIN
                    EXECUTE format(
                        'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                        name,
                        parent,
                        (day::timestamp AT TIME ZONE 'UTC'),
                        ((day + 1)::timestamp AT TIME ZONE 'UTC')
                    );
                    made := made + 1;
                EXCEPTION WHEN check_violation THEN
                    -- the default partition already holds rows of that day: they stay
                    NULL;
                END;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
