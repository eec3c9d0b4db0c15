-- The layer on the map, now and as of a time, with the shapes of the zoom bands.
--
-- A unit is drawn on a day when it is in force, or ended but still named as the one
-- above by a unit in force (the old districts, kept as a grouping). The condition
-- is written out each time: a function would be called with the whole row, which
-- fetches every shape that it has, and PostgreSQL 15.20 would not rewrite the table.

-- The calendar day in the province.
CREATE FUNCTION units_day(at timestamptz) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;

-- Every unit that ever was. Tiles draw by "shape": units that are not on today's
-- map have none. The second branch falls away under "shape && …", so the first
-- keeps its spatial index.
CREATE VIEW units_map AS
SELECT u.id, u.source, u.external_id, u.title, u.unit_id, u.parent_id, u.code,
       u.kind, u.type, u.valid_from, u.valid_to, u.area_km2, u.population,
       u.population_year,
       round((u.population / nullif(u.area_km2, 0))::numeric, 1)::float8 AS density,
       daterange(u.valid_from, u.valid_to, '[]') @> units_day(now()) AS current,
       u.schematic, u.geometry_version, u.decree, u.seat, u.geom, u.shape,
       u.search_text, u.updated_at, u.shape_z5, u.shape_z6,
       u.shape_z7, u.shape_z8, u.shape_z9, u.shape_z10, u.shape_z11, u.anchor
FROM units_unit u
WHERE (daterange(u.valid_from, u.valid_to, '[]') @> units_day(now()) OR EXISTS (
    SELECT FROM units_unit c
    WHERE c.parent_id = u.id
      AND daterange(c.valid_from, c.valid_to, '[]') @> units_day(now())))
UNION ALL
SELECT u.id, u.source, u.external_id, u.title, u.unit_id, u.parent_id, u.code,
       u.kind, u.type, u.valid_from, u.valid_to, u.area_km2, u.population,
       u.population_year,
       round((u.population / nullif(u.area_km2, 0))::numeric, 1)::float8,
       false, u.schematic, u.geometry_version, u.decree, u.seat, u.geom,
       NULL::geometry(Geometry, 3857), u.search_text, u.updated_at, u.shape_z5,
       u.shape_z6, u.shape_z7, u.shape_z8, u.shape_z9, u.shape_z10, u.shape_z11,
       u.anchor
FROM units_unit u
WHERE NOT (daterange(u.valid_from, u.valid_to, '[]') @> units_day(now()) OR EXISTS (
    SELECT FROM units_unit c
    WHERE c.parent_id = u.id
      AND daterange(c.valid_from, c.valid_to, '[]') @> units_day(now())));

-- The units drawn on the day of "at"; "current" means in force on that day.
CREATE FUNCTION units_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, parent_id bigint, code text, kind text,
    type text, valid_from date, valid_to date, area_km2 float8, population integer,
    population_year integer, density float8, current boolean, schematic boolean,
    geometry_version integer, decree text, geom geometry, shape geometry,
    shape_z5 geometry, shape_z6 geometry, shape_z7 geometry, shape_z8 geometry,
    shape_z9 geometry, shape_z10 geometry, shape_z11 geometry, anchor geometry)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT u.id, u.title, u.unit_id, u.parent_id, u.code, u.kind, u.type, u.valid_from,
       u.valid_to, u.area_km2, u.population, u.population_year,
       round((u.population / nullif(u.area_km2, 0))::numeric, 1)::float8,
       daterange(u.valid_from, u.valid_to, '[]') @> units_day(at),
       u.schematic, u.geometry_version, u.decree, u.geom, u.shape,
       u.shape_z5, u.shape_z6, u.shape_z7, u.shape_z8, u.shape_z9, u.shape_z10,
       u.shape_z11, u.anchor
FROM units_unit u
WHERE (daterange(u.valid_from, u.valid_to, '[]') @> units_day(at) OR EXISTS (
    SELECT FROM units_unit c
    WHERE c.parent_id = u.id
      AND daterange(c.valid_from, c.valid_to, '[]') @> units_day(at)));
END;
