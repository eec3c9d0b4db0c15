-- Device-days that have to be settled again. Rows are only added and taken away, so
-- that nobody waits for a settling that takes seconds; several for one day are one.
-- "later": it has yet to be looked up which days after this one have changed too.
CREATE TABLE tracks_work (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id bigint NOT NULL,
    day date NOT NULL,
    since timestamptz NOT NULL,
    later boolean NOT NULL DEFAULT false
);
-- the earliest day of each device
CREATE INDEX tracks_work_next ON tracks_work (device_id, day) WHERE NOT later;

-- Just that, from one device to the next by the index: after a replay of years there
-- are a thousand days for each.
CREATE VIEW tracks_waiting AS
WITH RECURSIVE walk AS (
    (SELECT device_id, day FROM tracks_work WHERE NOT later
     ORDER BY device_id, day LIMIT 1)
    UNION ALL
    SELECT n.device_id, n.day FROM walk CROSS JOIN LATERAL (
        SELECT t.device_id, t.day FROM tracks_work t
        WHERE NOT t.later AND t.device_id > walk.device_id
        ORDER BY t.device_id, t.day LIMIT 1
    ) AS n
)
SELECT device_id, day FROM walk;

-- How far the day (UTC) of a device is settled: what a later fix goes on from.
-- "points": the day thinned to a few metres (layers/tracks/points.py, pack_fine);
-- NULL once it is old, then the day is read again when a fix comes late.
-- Before "checkpoint" nothing changes unless a fix comes late; "state_before" is what
-- is known there, "state_after" at the end of the day. "fixes" and "content" tell
-- whether the stored positions of the day are those that were settled.
CREATE TABLE tracks_day (
    device_id bigint NOT NULL,
    day date NOT NULL,
    fixes integer NOT NULL,
    content bigint NOT NULL,
    checkpoint timestamptz NOT NULL,
    fixes_before integer NOT NULL,
    content_before bigint NOT NULL,
    state_before text NOT NULL,
    state_after text NOT NULL,
    points bytea,
    PRIMARY KEY (device_id, day)
) PARTITION BY RANGE (day);

-- What is drawn and played back: per device, branch, day and segment one row.
-- kind: track; gap (from the last fix before a silence to the first after it);
-- suspect (the fixes of a day that are not believed, as points of their own).
-- "at" is the last fix and lies within the row's day; "started_at" the first of the
-- day. A track that "continues" begins with the last fix of the day before.
-- points_50, points_250, points_1000: the track within that many metres
-- (synchronised distance), columns one after the other, little-endian: at int4
-- (1/10 s since 00:00 UTC of the day), lon int4, lat int4 (1e-7 degrees), speed int2
-- (0.1 kn), course int2 (0.1 degrees), -1 where not said. geom is points_50 with the
-- epoch second as M; shape and shape_z* are the three levels in web mercator.
CREATE SEQUENCE tracks_piece_id;
CREATE TABLE tracks_piece (
    id bigint NOT NULL DEFAULT nextval('tracks_piece_id'),
    at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    device_id bigint NOT NULL,
    digest bigint NOT NULL,
    fixes integer NOT NULL,
    distance_m real NOT NULL,
    speed_kn real,
    max_kn real,
    reasons integer NOT NULL DEFAULT 0,
    branch smallint NOT NULL,
    segment smallint NOT NULL,
    begins smallint NOT NULL,
    kind varchar(8) NOT NULL,
    points_50 bytea NOT NULL,
    points_250 bytea NOT NULL,
    points_1000 bytea NOT NULL,
    geom geometry(GeometryM, 4326) NOT NULL,
    shape geometry(Geometry, 3857) NOT NULL,
    shape_z8 geometry(Geometry, 3857) NOT NULL,
    shape_z11 geometry(Geometry, 3857) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
-- the track of a device
CREATE INDEX tracks_piece_device ON tracks_piece (device_id, at);
-- tiles
CREATE INDEX tracks_piece_shape ON tracks_piece USING gist (shape);
-- everything of a span, for playback
CREATE INDEX tracks_piece_time ON tracks_piece USING brin (at) WITH (autosummarize = on);

-- The partitions of both for the months that hold these days; how many were made.
-- Made apart and attached, which does not lock out readers.
CREATE FUNCTION tracks_make_partitions(days date[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    made integer := 0;
    first date;
    name text;
    parent text;
BEGIN
    FOR first IN SELECT DISTINCT date_trunc('month', d)::date FROM unnest(days) AS d
                 ORDER BY 1 LOOP
        FOREACH parent IN ARRAY ARRAY['tracks_day', 'tracks_piece'] LOOP
            name := parent || '_' || to_char(first, 'YYYYMM');
            CONTINUE WHEN to_regclass(name) IS NOT NULL;
            PERFORM pg_advisory_xact_lock(hashtext('tracks_make_partitions'));
            -- the catalogue itself: what another has just committed is not told
            -- to somebody who waited for a lock of this kind
            CONTINUE WHEN EXISTS (
                SELECT FROM pg_class c
                WHERE c.relname = name AND c.relnamespace = current_schema()::regnamespace
            );
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, name,
                CASE parent WHEN 'tracks_day' THEN first::text
                     ELSE (first::timestamp AT TIME ZONE 'UTC')::text END,
                CASE parent WHEN 'tracks_day' THEN (first + interval '1 month')::date::text
                     ELSE ((first + interval '1 month') AT TIME ZONE 'UTC')::text END);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Where a fitting begins or ends a piece of track is cut: settle again from there.
-- A device that was never fitted before has nothing to be cut.
CREATE FUNCTION tracks_fitting_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
BEGIN
    FOREACH moment IN ARRAY array_remove(ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.since END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.until END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.since END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.until END], NULL) LOOP
        INSERT INTO tracks_work (device_id, day, since)
        VALUES (CASE TG_OP WHEN 'DELETE' THEN OLD.device_id ELSE NEW.device_id END,
                (moment AT TIME ZONE 'UTC')::date, moment);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER tracks_fitting_changed
AFTER INSERT OR DELETE OR UPDATE OF device_id, branch, vessel_id, since, until
ON vessels_fitting FOR EACH ROW EXECUTE FUNCTION tracks_fitting_changed();
