-- Installing the triggers of touched.sql on a table.

-- The rows that a statement changed, as a subquery, with "ioc_drawn": whether
-- anything that is drawn changed. Old and new rows are paired by the primary key;
-- without one every row counts.
CREATE FUNCTION ioc_touch_rows(target regclass, event text, drawn text[])
RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    pairs text;
    same text := 'o *= n';
BEGIN
    IF event <> 'UPDATE' THEN
        RETURN format('(SELECT *, true AS ioc_drawn FROM %I)',
                      CASE event WHEN 'INSERT' THEN 'ioc_new' ELSE 'ioc_old' END);
    END IF;
    SELECT string_agg(format('o.%1$I = n.%1$I', a.attname), ' AND ') INTO pairs
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = target AND i.indisprimary;
    IF pairs IS NULL THEN
        RETURN '(SELECT *, true AS ioc_drawn FROM ioc_old'
               ' UNION ALL SELECT *, true FROM ioc_new)';
    END IF;
    IF drawn IS NOT NULL THEN
        SELECT format('ROW(%s)::record *= ROW(%s)::record',
                      string_agg(format('o.%I', c), ', '),
                      string_agg(format('n.%I', c), ', ')) INTO same
        FROM unnest(drawn) AS c;
    END IF;
    RETURN format(
        '(SELECT o.*, (%1$s) IS NOT TRUE AS ioc_drawn FROM ioc_old o'
        ' LEFT JOIN ioc_new n ON %2$s WHERE (o *= n) IS NOT TRUE'
        ' UNION ALL SELECT n.*, (%1$s) IS NOT TRUE FROM ioc_new n'
        ' LEFT JOIN ioc_old o ON %2$s WHERE (o *= n) IS NOT TRUE)', same, pairs);
END;
$$;

-- The geometry columns of a relation as one expression list over "r".
CREATE FUNCTION ioc_touch_shapes(relation regclass, only_columns text[])
RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp
RETURN (
    SELECT string_agg(CASE
        WHEN t.typname = 'geography' THEN
            format('(ioc_mercator(r.%I::geometry))', a.attname)
        WHEN postgis_typmod_srid(a.atttypmod) = 3857 THEN format('(r.%I)', a.attname)
        ELSE format('(ioc_mercator(r.%I))', a.attname) END, ', ' ORDER BY a.attnum)
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = relation AND NOT a.attisdropped AND a.attnum > 0
      AND t.typname IN ('geometry', 'geography')
      AND (only_columns IS NULL OR a.attname = ANY (only_columns)));

-- The scope of a row of "r" as an array: a column of one unit or of several.
-- Without a column: nobody knows. '' stands for a layer that is open to all.
CREATE FUNCTION ioc_touch_units(relation regclass, units text)
RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp
RETURN CASE
    WHEN units = '' THEN '''{}''::bigint[]'
    ELSE coalesce((
        SELECT CASE WHEN t.typcategory = 'A'
            THEN format('coalesce(r.%I::bigint[], ''{}'')', a.attname)
            ELSE format('array_remove(ARRAY[r.%I::bigint], NULL)', a.attname) END
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = relation AND a.attname = units AND NOT a.attisdropped
    ), 'NULL::bigint[]') END;

-- A relation's name with its schema, for other search paths than ours.
CREATE FUNCTION ioc_touch_name(relation regclass) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp
RETURN (
    SELECT format('%I.%I', s.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE c.oid = relation);

-- The arguments of a trigger. The catalogue keeps bytes, a zero after each.
CREATE FUNCTION ioc_touch_arguments(kept bytea) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT array_agg(convert_from(decode(replace(part, ' ', ''), 'hex'), 'UTF8')
                     ORDER BY n)
    FROM unnest(string_to_array(
        left(regexp_replace(encode(kept, 'hex'), '(..)', '\1 ', 'g'), -3), '00 '))
        WITH ORDINALITY AS parts (part, n));

-- Every trigger of ours.
CREATE VIEW ioc_touch_installed AS
SELECT t.tgrelid::regclass AS target,
       convert_from(substring(t.tgargs FOR position('\x00'::bytea IN t.tgargs) - 1),
                    'UTF8') AS slug,
       split_part(t.tgname, '_', 3) AS part,
       t.tgname AS name,
       t.tgenabled IN ('O', 'A') AS enabled
FROM pg_trigger t
WHERE t.tgname LIKE 'ioc\_touch\_%';

-- The query that a trigger runs; see ioc_touch for the arguments.
CREATE FUNCTION ioc_touch_query(
    target regclass, event text, shapes text[], "column" text, base regclass,
    feature text, units text, drawn text[])
RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    changed text := ioc_touch_rows(target, event, drawn);
    found text := ioc_touch_shapes(coalesce(base, target), shapes);
BEGIN
    IF found IS NULL THEN
        RETURN format('SELECT array_agg(ROW(true, NULL, NULL, NULL, NULL, NULL)'
                      '::ioc_box) FROM (SELECT FROM %s AS c LIMIT 1) AS one', changed);
    END IF;
    RETURN format(
        'SELECT array_agg(ROW(false, w, s, e, n, u)::ioc_box) FROM ('
        'SELECT DISTINCT ST_XMin(b) AS w, ST_YMin(b) AS s, ST_XMax(b) AS e,'
        ' ST_YMax(b) AS n, u FROM (SELECT %s AS b, %s AS u FROM %s AS r'
        ' CROSS JOIN LATERAL (VALUES %s) AS v (g) WHERE %s OFFSET 0) AS boxes'
        ' LIMIT 2001) AS few',
        CASE WHEN base IS NULL THEN 'CASE WHEN r.ioc_drawn THEN Box3D(v.g) END'
             ELSE 'Box3D(v.g)' END,
        ioc_touch_units(coalesce(base, target), units),
        coalesce(ioc_touch_name(base), changed), found,
        CASE WHEN base IS NULL THEN 'true'
             ELSE format('r.%I IN (SELECT c.%I FROM %s AS c)',
                         feature, "column", changed) END);
END;
$$;

CREATE TYPE ioc_trigger AS (name text, definition text, arguments text[]);

-- The triggers that ioc_touch makes.
CREATE FUNCTION ioc_touch_triggers(
    target regclass, slug text, part text, shapes text[], "column" text,
    base regclass, feature text, units text, drawn text[])
RETURNS SETOF ioc_trigger LANGUAGE sql STABLE SET search_path = public, pg_temp
BEGIN ATOMIC
SELECT n.name,
       format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT'
              ' EXECUTE FUNCTION ioc_touched(%L, %L, %L)',
              n.name, e.event, ioc_touch_name(target), e.tables, slug, q.query, q.most),
       ARRAY[slug, q.query, q.most]
FROM (VALUES
    ('INSERT', 'REFERENCING NEW TABLE AS ioc_new'),
    ('UPDATE', 'REFERENCING OLD TABLE AS ioc_old NEW TABLE AS ioc_new'),
    ('DELETE', 'REFERENCING OLD TABLE AS ioc_old'),
    ('TRUNCATE', '')) AS e (event, tables)
CROSS JOIN LATERAL (
    SELECT format('ioc_touch_%s_%s_%s', part, left(md5(slug), 12),
                  lower(left(e.event, 3))) AS name) AS n
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.event = 'TRUNCATE' THEN '' ELSE ioc_touch_query(
               target, e.event, shapes, "column", base, feature, units, drawn)
           END AS query,
           -- of the rows of an update only those count that differ, and those of
           -- other tables belong to few features
           CASE WHEN e.event = 'UPDATE' OR base IS NOT NULL THEN '20000'
                ELSE '2000' END AS most) AS q
UNION ALL
SELECT l.name,
       format('CREATE OR REPLACE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE OR'
              ' TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION ioc_touch_lock(%L)',
              l.name, ioc_touch_name(target), slug),
       ARRAY[slug]
FROM (SELECT format('ioc_touch_%s_%s_lock', part, left(md5(slug), 12)) AS name) AS l;
END;

-- Tell of every change of a table; true when triggers were made or changed.
--   slug     the layer; the table's own name with its schema when not given
--   part     orders and tells apart the touches of one layer on one table
--   shapes   whose boxes change: geometry columns, all when not given, and with
--            none ('{}') every change is one of everything
--   column   instead: the column that names features, whose boxes are looked up
--   base, feature   in this relation by this column
--   units    the column with the scope (of target, or of base); '' for none
--   drawn    columns that are drawn; a change of others has no place
CREATE FUNCTION ioc_touch(
    target regclass, slug text DEFAULT NULL, part text DEFAULT '0',
    shapes text[] DEFAULT NULL, "column" text DEFAULT NULL,
    base regclass DEFAULT NULL, feature text DEFAULT 'id', units text DEFAULT '',
    drawn text[] DEFAULT NULL)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    layer text := coalesce(ioc_touch.slug, (
        SELECT s.nspname || '.' || c.relname
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE c.oid = target));
    wanted ioc_trigger;
    made boolean := false;
BEGIN
    FOR wanted IN SELECT * FROM ioc_touch_triggers(
        target, layer, part, shapes, "column", base, feature, units, drawn)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_trigger t
            WHERE t.tgrelid = target AND t.tgname = wanted.name
              AND ioc_touch_arguments(t.tgargs) = wanted.arguments);
        EXECUTE wanted.definition;
        made := true;
    END LOOP;
    IF made THEN  -- nobody knows what changed before
        PERFORM ioc_touch_all(layer);
    END IF;
    RETURN made;
END;
$$;

-- Say that everything of a layer may have changed.
CREATE FUNCTION ioc_touch_all(slug text) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp
BEGIN ATOMIC
INSERT INTO core_touched (slug, seq, whole) VALUES (slug, ioc_change_told(slug), true);
END;

-- Take the triggers of one layer from a table, or all of them, or one part.
CREATE FUNCTION ioc_untouch(
    target regclass, slug text DEFAULT NULL, part text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    there record;
BEGIN
    FOR there IN
        SELECT i.slug, i.name FROM ioc_touch_installed i
        WHERE i.target = ioc_untouch.target
          AND i.slug = coalesce(ioc_untouch.slug, i.slug)
          AND i.part = coalesce(ioc_untouch.part, i.part)
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', there.name, ioc_touch_name(target));
        PERFORM ioc_touch_all(there.slug);
    END LOOP;
END;
$$;
