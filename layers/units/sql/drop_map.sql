DROP FUNCTION units_as_of(timestamptz);
DROP VIEW units_map;
DROP FUNCTION IF EXISTS units_drawn(units_unit, date);
DROP FUNCTION units_day(timestamptz);
