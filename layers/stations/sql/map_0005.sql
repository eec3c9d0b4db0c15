-- The layer as it is drawn. Silence is a matter of the clock, so it is decided
-- when the row is read; all else was decided when the data came.
CREATE VIEW stations_map AS
SELECT s.id, s.title, s.geom, s.shape, s.unit_id, s.search_text,
    s.kind, s.code, s.owner, s.address, s.permit_no, s.river,
    CASE WHEN n.at IS NULL OR now() - n.at > interval '30 minutes'
        THEN 'silent' ELSE n.state END AS state,
    n.parameter, n.value, n.unit, n.at, n.ratio, n.aqi, n.level_m, n.alarm_level,
    n.rain_24h_mm, s.alarm_level_1_m, s.alarm_level_2_m, s.alarm_level_3_m
FROM stations_station s
LEFT JOIN stations_stationstate n ON n.station_id = s.id
WHERE s.active;

-- The layer at a past time, from the observations of that time.
CREATE FUNCTION stations_as_of(moment timestamptz)
RETURNS TABLE (
    id bigint, title varchar, geom geometry, unit_id bigint, kind varchar,
    code varchar, owner varchar, address varchar, permit_no varchar, river varchar,
    state text, parameter text, value double precision, unit text, at timestamptz,
    ratio double precision, aqi smallint, level_m double precision,
    alarm_level smallint, rain_24h_mm double precision,
    alarm_level_1_m double precision, alarm_level_2_m double precision,
    alarm_level_3_m double precision
)
LANGUAGE sql STABLE
AS $$
SELECT s.id, s.title, s.geom, s.unit_id, s.kind, s.code, s.owner, s.address,
    s.permit_no, s.river, n.state, n.parameter, n.value, n.unit, n.at, n.ratio,
    n.aqi, n.level_m, n.alarm_level, n.rain_24h_mm,
    s.alarm_level_1_m, s.alarm_level_2_m, s.alarm_level_3_m
FROM stations_station s
JOIN (
    SELECT array_agg(i.id) AS ids, array_agg(moment) AS ats FROM stations_station i
    WHERE coalesce(i.installed_at, '-infinity')
        <= (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
) a ON true
JOIN stations_state_at(a.ids, a.ats) n ON n.station_id = s.id
$$;
