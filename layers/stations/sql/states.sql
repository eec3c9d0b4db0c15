-- Move the state of stations to their newest time; what changed comes back.
-- Only the row that belongs to a station's newest time may be given here.
WITH fresh AS (
    SELECT * FROM unnest(
        %(station)s::bigint[], %(at)s::timestamptz[], %(state)s::text[],
        %(parameter)s::text[], %(value)s::float8[], %(unit)s::text[],
        %(ratio)s::float8[], %(aqi)s::smallint[], %(level_m)s::float8[],
        %(alarm_level)s::smallint[], %(rain_24h_mm)s::float8[],
        %(wqi)s::smallint[], %(rate_m_h)s::float8[], %(rain_1h_mm)s::float8[],
        %(trend)s::smallint[]
    ) AS u(station_id, at, state, parameter, value, unit, ratio, aqi, level_m,
        alarm_level, rain_24h_mm, wqi, rate_m_h, rain_1h_mm, trend)
), before AS (
    SELECT b.station_id, b.state FROM stations_stationstate b
    WHERE b.station_id = ANY(%(station)s)
), moved AS (
    INSERT INTO stations_stationstate (station_id, at, state, parameter, value, unit,
        ratio, aqi, level_m, alarm_level, rain_24h_mm, wqi, rate_m_h, rain_1h_mm,
        trend)
    SELECT * FROM fresh
    ON CONFLICT (station_id) DO UPDATE SET at = excluded.at, state = excluded.state,
        parameter = excluded.parameter, value = excluded.value, unit = excluded.unit,
        ratio = excluded.ratio, aqi = excluded.aqi, level_m = excluded.level_m,
        alarm_level = excluded.alarm_level, rain_24h_mm = excluded.rain_24h_mm,
        wqi = excluded.wqi, rate_m_h = excluded.rate_m_h,
        rain_1h_mm = excluded.rain_1h_mm, trend = excluded.trend
)
SELECT f.station_id, b.state, f.state, f.at, f.parameter, f.value, f.unit, f.ratio
FROM fresh f LEFT JOIN before b USING (station_id)
WHERE b.state IS DISTINCT FROM f.state
