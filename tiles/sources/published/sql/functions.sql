-- Every function (z|zoom, x, y integer[, json|jsonb]) that gives bytea, or rows of
-- (bytea[, text]). The name with its argument types tells overloads apart.
SELECT
    n.nspname AS schema,
    p.proname AS name,
    obj_description(p.oid, 'pg_proc') AS comment,
    has_function_privilege(p.oid, 'EXECUTE') AS usable,
    CASE WHEN p.pronargs = 4 THEN format_type(p.proargtypes[3], NULL) ELSE '' END
        AS query_type
FROM pg_proc AS p
INNER JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = ANY(%(schemas)s) AND p.prokind = 'f' AND p.pronargs IN (3, 4)
    AND lower(p.proargnames[1]) IN ('z', 'zoom')
    AND lower(p.proargnames[2]) = 'x'
    AND lower(p.proargnames[3]) = 'y'
    AND p.proargtypes[0] = 'int4'::regtype
    AND p.proargtypes[1] = 'int4'::regtype
    AND p.proargtypes[2] = 'int4'::regtype
    AND (p.pronargs = 3 OR p.proargtypes[3] IN ('json'::regtype, 'jsonb'::regtype))
    AND coalesce(p.proargmodes[1:p.pronargs], '{}') <@ '{i}'::"char" []
    AND (
        (
            p.prorettype = 'bytea'::regtype
            AND coalesce(p.proallargtypes[p.pronargs + 2], 0) = 0
        )
        OR (
            p.prorettype = 'record'::regtype
            AND p.proallargtypes[p.pronargs + 1] = 'bytea'::regtype
            AND p.proallargtypes[p.pronargs + 2] = 'text'::regtype
            AND coalesce(p.proallargtypes[p.pronargs + 3], 0) = 0
        )
    )
ORDER BY n.nspname, p.proname, p.pronargs, p.proargtypes[3]
