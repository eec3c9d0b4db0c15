-- Facilities as they were known at a time: the last version of each row. Occupancy
-- is not kept in the history, it follows from the beds.
CREATE FUNCTION clinics_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, external_id text, kind text, beds integer,
    beds_occupied integer, occupancy_pct float8, doctors integer, nurses integer,
    emergency boolean, phone text, reported_at timestamptz, updated_at timestamptz,
    geom geometry, shape geometry)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT DISTINCT ON (e.pgh_obj_id)
       e.id, e.title, e.unit_id, e.external_id, e.kind, e.beds, e.beds_occupied,
       round((100.0 * e.beds_occupied / nullif(e.beds, 0))::numeric, 1)::float8,
       e.doctors, e.nurses, e.emergency, e.phone, e.reported_at, e.updated_at,
       e.geom, ST_Transform(e.geom, 3857)
FROM clinics_clinicevent e
WHERE e.pgh_created_at <= at
ORDER BY e.pgh_obj_id, e.pgh_created_at DESC, e.pgh_id DESC
$$
