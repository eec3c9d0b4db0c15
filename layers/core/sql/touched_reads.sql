-- What a relation reads, through views and through functions with SQL bodies.

-- One row per table ("kind" r, p, f, m), and per function whose body is a text,
-- so that nobody can tell what it reads (kind t). "clock": some view or function
-- on the way reads the time.
CREATE FUNCTION ioc_reads(relation regclass)
RETURNS TABLE (name text, kind text, clock boolean)
LANGUAGE sql STABLE SET search_path = public, pg_temp
BEGIN ATOMIC
WITH RECURSIVE found AS (
    SELECT 'pg_class'::regclass::oid AS catalogue, relation::oid AS id
    UNION
    SELECT d.refclassid, d.refobjid
    FROM found f
    LEFT JOIN pg_rewrite w
        ON f.catalogue = 'pg_class'::regclass AND w.ev_class = f.id
    JOIN pg_depend d
        ON (d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid)
        OR (f.catalogue = 'pg_proc'::regclass
            AND d.classid = f.catalogue AND d.objid = f.id)
    WHERE d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
      AND NOT EXISTS (
          SELECT FROM pg_depend e
          WHERE e.classid = d.refclassid AND e.objid = d.refobjid
            AND e.deptype = 'e')
), parts AS (
    SELECT c.oid::regclass::text AS name, c.relkind::text AS kind,
           CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS body
    FROM found f JOIN pg_class c
        ON f.catalogue = 'pg_class'::regclass AND c.oid = f.id
    WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v')
    UNION ALL
    SELECT p.oid::regprocedure::text,
           CASE WHEN p.prosqlbody IS NOT NULL OR p.provolatile = 'i' THEN 'b'
                ELSE 't' END,
           pg_get_functiondef(p.oid)
    FROM found f JOIN pg_proc p
        ON f.catalogue = 'pg_proc'::regclass AND p.oid = f.id
    WHERE p.prokind = 'f'
)
SELECT p.name, p.kind, coalesce(p.body ~*
    ('\m(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\('
     '|\m(current_date|current_time|current_timestamp|localtime|localtimestamp)\M'),
    false)
FROM parts p;
END;
