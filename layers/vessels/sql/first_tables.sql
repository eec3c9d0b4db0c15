-- Positions: one partition per day of the position's own time. What is older than
-- the partitions that exist (replays, late data) lies in the default partition.
CREATE TABLE vessels_position (
    -- no foreign key: vessels are never deleted, and a check per row costs a fifth
    vessel_id bigint NOT NULL,
    at timestamptz NOT NULL,
    digest bigint NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    speed_kn real,
    course_deg real,
    heading_deg real,
    status smallint,
    message_type smallint,
    source text NOT NULL,
    PRIMARY KEY (vessel_id, at, digest)
) PARTITION BY RANGE (at);

CREATE INDEX vessels_position_at ON vessels_position USING brin (at)
    WITH (autosummarize = on);

CREATE TABLE vessels_position_default PARTITION OF vessels_position DEFAULT;

-- The newest fix per vessel. No index but the key, and room on every page, so that
-- moving a row stays inside its page (heap-only update).
CREATE TABLE vessels_live (
    vessel_id bigint PRIMARY KEY REFERENCES vessels_vessel (id),
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    x double precision NOT NULL,
    y double precision NOT NULL,
    speed_kn real,
    course_deg real,
    heading_deg real,
    status smallint,
    source text NOT NULL
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);

-- Partitions for the days from first_day on, as many as asked for.
CREATE FUNCTION vessels_make_partitions(first_day date, days integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    made integer := 0;
    day date;
    name text;
BEGIN
    FOR i IN 0..days - 1 LOOP
        day := first_day + i;
        name := 'vessels_position_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(name) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF vessels_position'
                    ' FOR VALUES FROM (%L) TO (%L)',
                    name,
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
    RETURN made;
END $$;
