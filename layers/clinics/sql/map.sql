-- Facilities with the cases that they reported in the seven days up to today.
CREATE VIEW clinics_map AS
SELECT c.id, c.source, c.external_id, c.title, c.unit_id, c.kind, c.beds,
       c.beds_occupied, c.occupancy_pct, c.doctors, c.nurses, c.emergency, c.phone, c.day,
       c.reported_at, c.updated_at, c.geom, c.shape, c.search_text, s.*
FROM clinics_clinic c
LEFT JOIN LATERAL (
    SELECT sum(r.cases)::int AS cases_7d,
           sum(r.cases) FILTER (WHERE r.disease = 'dengue')::int AS dengue_7d,
           sum(r.cases) FILTER (WHERE r.disease = 'hand-foot-mouth')::int AS hfmd_7d,
           sum(r.cases) FILTER (WHERE r.disease = 'measles')::int AS measles_7d,
           sum(r.cases) FILTER (WHERE r.disease = 'COVID-19')::int AS covid_7d
    FROM clinics_casereport r
    WHERE r.clinic_id = c.id
      AND r.day > (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 7
      AND r.day <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
) s ON true;

-- Facilities as they were known at a time: the last version of each row, and the cases
-- of the week before. Occupancy is not kept in the history, it follows from the beds.
CREATE FUNCTION clinics_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, external_id text, kind text, beds integer,
    beds_occupied integer, occupancy_pct float8, doctors integer, nurses integer,
    emergency boolean, phone text, day date, reported_at timestamptz,
    updated_at timestamptz, geom geometry, shape geometry, cases_7d integer,
    dengue_7d integer, hfmd_7d integer, measles_7d integer, covid_7d integer)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT k.id, k.title, k.unit_id, k.external_id, k.kind, k.beds, k.beds_occupied,
       round((100.0 * k.beds_occupied / nullif(k.beds, 0))::numeric, 1)::float8,
       k.doctors, k.nurses, k.emergency, k.phone, k.day, k.reported_at, k.updated_at,
       k.geom, ST_Transform(k.geom, 3857), s.*
FROM (
    SELECT DISTINCT ON (e.pgh_obj_id) e.*
    FROM clinics_clinicevent e
    WHERE e.pgh_created_at <= at
    ORDER BY e.pgh_obj_id, e.pgh_created_at DESC, e.pgh_id DESC
) k
LEFT JOIN LATERAL (
    SELECT sum(r.cases)::int,
           sum(r.cases) FILTER (WHERE r.disease = 'dengue')::int,
           sum(r.cases) FILTER (WHERE r.disease = 'hand-foot-mouth')::int,
           sum(r.cases) FILTER (WHERE r.disease = 'measles')::int,
           sum(r.cases) FILTER (WHERE r.disease = 'COVID-19')::int
    FROM clinics_casereport r
    WHERE r.clinic_id = k.id
      AND r.day > (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 7
      AND r.day <= (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
) s ON true
WHERE k.pgh_label <> 'delete'
$$;
