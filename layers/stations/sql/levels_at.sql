-- The alarm levels of a river station that hold on a day, metres: one row, NULL where
-- a level is not known. A newer record takes the place of an older one. (Its body is
-- parsed, so that PostgreSQL knows which table the map reads.)
CREATE FUNCTION stations_levels_at(station bigint, day date)
RETURNS TABLE (
    alarm_level_1_m double precision, alarm_level_2_m double precision,
    alarm_level_3_m double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT max(h.value_m) FILTER (WHERE h.number = 1),
    max(h.value_m) FILTER (WHERE h.number = 2),
    max(h.value_m) FILTER (WHERE h.number = 3)
FROM (
    SELECT DISTINCT ON (a.number) a.number, a.value_m
    FROM stations_alarmlevel a
    WHERE a.station_id = station
        AND day BETWEEN a.valid_from AND coalesce(a.valid_to, 'infinity')
    ORDER BY a.number, a.valid_from DESC
) h;
END;
