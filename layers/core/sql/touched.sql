-- What changed on the map: one row per place that a statement changed, written by
-- triggers, so that whoever writes (the product, psql, QGIS) is seen.

-- "whole": everything may look different. No box and not whole: something changed
-- that is not drawn, or has no place. "units" are those of the row, to tell only
-- people who may see it; null when nobody knows them.
CREATE TABLE core_touched (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug varchar(130) NOT NULL,
    seq bigint NOT NULL,
    whole boolean NOT NULL,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    units bigint[],
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- the changes of one layer after a number
CREATE INDEX core_touched_news ON core_touched (slug, seq);
-- what is old enough to go
CREATE INDEX core_touched_age ON core_touched USING brin (at);

-- Up to which number the rows of a layer have been taken away.
CREATE TABLE core_touched_floor (
    slug varchar(130) PRIMARY KEY,
    seq bigint NOT NULL
);

-- A place in web-mercator metres.
CREATE TYPE ioc_box AS (
    whole boolean,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    units bigint[]
);

-- What this transaction has done to a layer: its number, and how many rows it has
-- written to core_touched (-1: one for everything). A setting, because settings
-- follow savepoints and end with the transaction.
CREATE FUNCTION ioc_change_key(slug text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'ioc.change_' || md5(slug);

-- Hold a layer's row until commit: its numbers are given in the order of commits.
CREATE FUNCTION ioc_change_lock(name text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM core_layerversion WHERE slug = name FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO core_layerversion (slug, seq, epoch, changed_at)
        VALUES (name, 0, 0, now()) ON CONFLICT (slug) DO NOTHING;
        PERFORM FROM core_layerversion WHERE slug = name FOR UPDATE;
    END IF;
END;
$$;

-- Give a layer its next number. "removed": copies in memory must be read anew.
CREATE FUNCTION ioc_change(name text, removed boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    number bigint;
    state text := nullif(current_setting(ioc_change_key(name), true), '');
BEGIN
    PERFORM ioc_change_lock(name);
    UPDATE core_layerversion
    SET seq = nextval('ioc_change_seq'), epoch = epoch + removed::int,
        changed_at = now()
    WHERE slug = name RETURNING seq INTO number;
    PERFORM set_config(
        ioc_change_key(name),
        number || ' ' || coalesce(split_part(state, ' ', 2), '0'),
        true);
    RETURN number;
END;
$$;

-- The same for those who have no other way of telling it: readers of "ioc_changes"
-- look at once. The text is only a hint, anybody may send one.
CREATE FUNCTION ioc_change_told(name text) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('ioc_changes', name);
    RETURN ioc_change(name);
END;
$$;

-- A geometry of any reference system in web-mercator metres. Where that fails the
-- point is out of this world, and the reader takes it for a change of everything:
-- a trigger must never stop somebody's work.
CREATE FUNCTION ioc_mercator(place geometry) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
    IF ST_SRID(place) = 3857 THEN
        RETURN place;
    END IF;
    RETURN ST_Transform(place, 3857);
EXCEPTION WHEN others THEN
    RETURN ST_Point(1e300, 1e300, 3857);
END;
$$;

-- BEFORE any row is locked, so that two writers take their locks in one order.
CREATE FUNCTION ioc_touch_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting(ioc_change_key(TG_ARGV[0]), true), '') = '' THEN
        PERFORM ioc_change_lock(TG_ARGV[0]);
    END IF;
    RETURN NULL;
END;
$$;

-- AFTER a statement. Arguments: name of the layer, the query that gives the boxes
-- of what really changed, and how many rows of the statement it may look at.
CREATE FUNCTION ioc_touched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := TG_ARGV[0];
    key text := ioc_change_key(TG_ARGV[0]);
    state text := nullif(current_setting(key, true), '');
    written bigint := coalesce(split_part(state, ' ', 2)::bigint, 0);
    number bigint := split_part(state, ' ', 1)::bigint;
    everything CONSTANT ioc_box := ROW(true, NULL, NULL, NULL, NULL, NULL);
    seen bigint := 0;
    boxes ioc_box[];
BEGIN
    IF written < 0 THEN
        RETURN NULL;  -- this transaction has touched everything already
    END IF;
    IF TG_OP = 'DELETE' THEN
        SELECT count(*) INTO seen
        FROM (SELECT FROM ioc_old LIMIT TG_ARGV[2]::bigint + 1) AS few;
    ELSIF TG_OP <> 'TRUNCATE' THEN
        SELECT count(*) INTO seen
        FROM (SELECT FROM ioc_new LIMIT TG_ARGV[2]::bigint + 1) AS few;
    END IF;
    IF TG_OP = 'TRUNCATE' OR seen > TG_ARGV[2]::bigint THEN
        boxes := ARRAY[everything];
    ELSIF seen > 0 THEN
        BEGIN
            EXECUTE TG_ARGV[1] INTO boxes;
        EXCEPTION WHEN others THEN
            RAISE WARNING 'ioc_touch %: % (run: manage.py touched)', name, SQLERRM;
            boxes := ARRAY[everything];
        END;
    END IF;
    IF boxes IS NULL THEN
        RETURN NULL;  -- nothing really changed
    END IF;
    written := written + cardinality(boxes);
    IF written > 5000 OR cardinality(boxes) > 2000 OR (
        SELECT bool_or(b.whole OR NOT (b.west > -1e9 AND b.east < 1e9
                                       AND b.south > -1e9 AND b.north < 1e9))
        FROM unnest(boxes) AS b
    ) THEN
        boxes := ARRAY[everything];
        written := -1;
    END IF;
    number := coalesce(number, ioc_change_told(name));
    INSERT INTO core_touched (slug, seq, whole, west, south, east, north, units)
    SELECT name, number, b.* FROM unnest(boxes) AS b;
    PERFORM set_config(key, number || ' ' || written, true);
    RETURN NULL;
END;
$$;

-- Who may create a trigger with these may run SQL as their owner.
REVOKE ALL ON FUNCTION ioc_touch_lock(), ioc_touched() FROM PUBLIC;
