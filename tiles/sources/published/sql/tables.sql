-- Every relation with a geometry or geography column in the schemas, one row each;
-- a schema without any has one row without a name. Domains count as what they are
-- made of. SRIDs come from the type or, in tables of old, from a check constraint.
WITH RECURSIVE domains (id, target, typmod) AS (
    SELECT oid, typbasetype, typtypmod FROM pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT
        d.id,
        t.typbasetype,
        CASE WHEN d.typmod >= 0 THEN d.typmod ELSE t.typtypmod END
    FROM domains AS d
    INNER JOIN pg_type AS t ON t.oid = d.target AND t.typtype = 'd'
),

types AS (
    SELECT t.oid AS id, t.typname AS name, coalesce(b.typname, t.typname) AS base,
        d.typmod
    FROM pg_type AS t
    LEFT JOIN (
        domains AS d
        INNER JOIN pg_type AS b ON b.oid = d.target AND b.typtype <> 'd'
    ) ON d.id = t.oid
),

relations AS (
    SELECT c.oid, c.relnamespace, c.relname, c.relkind,
        has_table_privilege(c.oid, 'SELECT') AS readable
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
        AND NOT c.relispartition
        AND EXISTS (
            SELECT FROM pg_attribute AS a
            INNER JOIN types AS t ON t.id = a.atttypid
            WHERE a.attrelid = c.oid AND a.attnum > 0
                AND t.base IN ('geometry', 'geography')
        )
),

columns AS (
    SELECT a.attrelid, a.attnum, a.attname, t.name AS type, t.base,
        CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE coalesce(t.typmod, -1) END
            AS typmod
    FROM relations AS r
    INNER JOIN pg_attribute AS a ON a.attrelid = r.oid
    INNER JOIN types AS t ON t.id = a.atttypid
    WHERE a.attnum > 0 AND NOT a.attisdropped
        AND (r.readable OR has_column_privilege(a.attrelid, a.attnum, 'SELECT'))
),

shapes AS (
    SELECT c.attrelid, c.attname, c.base,
        CASE WHEN c.typmod >= 0 THEN postgis_typmod_type(c.typmod)
            ELSE 'Geometry' END AS type,
        coalesce(
            nullif(CASE WHEN c.typmod >= 0 THEN postgis_typmod_srid(c.typmod) END, 0),
            CASE WHEN c.base = 'geography' THEN 4326 END,
            (
                SELECT substring(
                    pg_get_constraintdef(k.oid) FROM '(?i)st_srid\([^=]+\) = \(?(\d+)'
                )::int
                FROM pg_constraint AS k
                WHERE k.conrelid = c.attrelid AND k.contype = 'c'
                    AND c.attnum = ANY(k.conkey)
                    AND pg_get_constraintdef(k.oid) ~* 'st_srid\([^=]+\) = \(?\d'
                LIMIT 1
            ),
            0
        ) AS srid,
        EXISTS (
            SELECT FROM pg_index AS i
            INNER JOIN pg_opclass AS o ON o.oid = i.indclass[0]
            WHERE i.indrelid = c.attrelid AND i.indkey[0] = c.attnum
                AND i.indisvalid AND i.indpred IS NULL
                AND o.opcname IN (
                    'gist_geometry_ops_2d', 'spgist_geometry_ops_2d',
                    'brin_geometry_inclusion_ops_2d', 'gist_geography_ops'
                )
        ) AS indexed
    FROM columns AS c
    WHERE c.base IN ('geometry', 'geography')
),

-- grouped once: looking them up per relation would be quadratic
columns_of AS (
    SELECT c.attrelid, jsonb_agg(
        jsonb_build_array(c.attname, c.type, c.base, c.typmod) ORDER BY c.attnum
    )::text AS found
    FROM columns AS c
    GROUP BY c.attrelid
),

shapes_of AS (
    SELECT g.attrelid, jsonb_agg(
        jsonb_build_array(
            g.attname, g.base, g.type, g.srid, g.indexed,
            coalesce(nullif(x.srtext, ''), x.proj4text, '')
        ) ORDER BY g.attname COLLATE "C"
    )::text AS found
    FROM shapes AS g
    LEFT JOIN spatial_ref_sys AS x
        ON x.srid = g.srid AND x.srid NOT IN (3857, 4326)
    GROUP BY g.attrelid
)

SELECT
    s.name AS schema,
    CASE
        WHEN n.oid IS NULL THEN 'there is no such schema'
        WHEN NOT has_schema_privilege(n.oid, 'USAGE')
            THEN format('GRANT USAGE ON SCHEMA %%I TO %%I', s.name, current_user)
        WHEN to_regclass(format('%%I.django_migrations', s.name)) IS NOT NULL
            THEN 'own'
        ELSE ''
    END AS problem,
    r.relname,
    r.relkind::text,
    obj_description(r.oid, 'pg_class') AS comment,
    (
        SELECT a.attname
        FROM pg_index AS i
        INNER JOIN pg_attribute AS a
            ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = r.oid AND i.indisprimary AND i.indnkeyatts = 1
    ) AS primary_key,
    EXISTS (
        SELECT FROM pg_trigger AS t
        WHERE t.tgrelid = r.oid AND t.tgname LIKE 'ioc\_touch%%' AND t.tgenabled <> 'D'
    ) AS touched,
    columns_of.found AS columns,
    shapes_of.found AS shapes
FROM unnest(%(schemas)s::text []) AS s (name)
LEFT JOIN pg_namespace AS n ON n.nspname = s.name
LEFT JOIN relations AS r ON r.relnamespace = n.oid
LEFT JOIN columns_of ON columns_of.attrelid = r.oid
LEFT JOIN shapes_of ON shapes_of.attrelid = r.oid
ORDER BY s.name COLLATE "C", r.relname COLLATE "C"
