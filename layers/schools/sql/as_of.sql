-- Schools as they were known at a time: the last version of each row. Ratios are not
-- kept in the history, they follow from the numbers.
CREATE FUNCTION schools_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, external_id text, level text,
    pupils integer, classes integer, teachers integer, pupils_per_class float8,
    pupils_per_teacher float8, rooms integer, rooms_solid integer,
    national_standard boolean, standard_level smallint, flood_prone boolean,
    school_year text, updated_at timestamptz, geom geometry, shape geometry)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT k.id, k.title, k.unit_id, k.external_id, k.level, k.pupils, k.classes,
       k.teachers, round((k.pupils::float8 / nullif(k.classes, 0))::numeric, 1)::float8,
       round((k.pupils::float8 / nullif(k.teachers, 0))::numeric, 1)::float8,
       k.rooms, k.rooms_solid, k.national_standard, k.standard_level, k.flood_prone,
       k.school_year, k.updated_at, k.geom, ST_Transform(k.geom, 3857)
FROM (
    SELECT DISTINCT ON (e.pgh_obj_id) e.*
    FROM schools_schoolevent e
    WHERE e.pgh_created_at <= at
    ORDER BY e.pgh_obj_id, e.pgh_created_at DESC, e.pgh_id DESC
) k
WHERE k.pgh_label <> 'delete'
$$
