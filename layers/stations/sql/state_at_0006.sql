-- Each value against each limit that holds for it at given times: one row per
-- (station, time, series, averaging, direction). Only values of the hour before
-- count; an average needs 75 % of its values.
CREATE FUNCTION stations_measured_at(ids bigint[], ats timestamptz[])
RETURNS TABLE (
    station_id bigint, asked timestamptz, series_id bigint, parameter varchar,
    unit varchar, limit_id bigint, averaging_minutes int, direction varchar,
    limit_value double precision, statistic double precision, ratio double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH newest AS MATERIALIZED (
    SELECT p.id AS station_id, p.asked, t.kind, t.limit_column, s.id AS series_id,
        s.parameter, s.unit, s.averaging_minutes AS step, v.value
    FROM unnest(ids, ats) AS p(id, asked)
    JOIN stations_station t ON t.id = p.id
    JOIN stations_series s ON s.station_id = p.id
    CROSS JOIN LATERAL (
        SELECT o.value FROM stations_valid o
        WHERE o.series_id = s.id AND o.at <= p.asked
            AND o.at > p.asked - interval '1 hour'
        ORDER BY o.at DESC LIMIT 1
    ) v
), limits AS (
    -- a limit of the station itself replaces the general one
    SELECT DISTINCT ON (n.series_id, n.asked, m.averaging_minutes, m.direction)
        n.*, m.id AS limit_id, m.averaging_minutes, m.direction,
        m.value AS limit_value
    FROM newest n
    JOIN stations_limit m ON m.parameter = n.parameter AND m.kind = n.kind
        AND m.unit = n.unit
        AND (m.station_id = n.station_id
            OR m.station_id IS NULL AND m.column IN ('', n.limit_column))
        AND (n.asked AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
            BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity')
    ORDER BY n.series_id, n.asked, m.averaging_minutes, m.direction,
        m.station_id NULLS LAST, m.valid_from DESC
), measured AS MATERIALIZED (
    SELECT l.*, CASE WHEN l.averaging_minutes <= l.step THEN l.value ELSE (
        SELECT avg(o.value) FROM stations_valid o
        WHERE o.series_id = l.series_id AND o.at <= l.asked
            AND o.at > l.asked - make_interval(mins => l.averaging_minutes)
        HAVING count(*) >= 0.75 * l.averaging_minutes / l.step
    ) END AS statistic
    FROM limits l
)
SELECT m.station_id, m.asked, m.series_id, m.parameter, m.unit, m.limit_id,
    m.averaging_minutes, m.direction, m.limit_value, m.statistic,
    CASE
        -- between two limits (pH): 0 in the middle, 1 at either limit
        WHEN m.low < m.high THEN abs(m.statistic - (m.low + m.high) / 2)
            / ((m.high - m.low) / 2)
        WHEN m.direction = 'upper' THEN m.statistic / nullif(m.limit_value, 0)
        ELSE least(m.limit_value / greatest(m.statistic, 0.001), 99)
    END
FROM (
    SELECT n.*,
        max(n.limit_value) FILTER (WHERE n.direction = 'lower') OVER pair AS low,
        max(n.limit_value) FILTER (WHERE n.direction = 'upper') OVER pair AS high
    FROM measured n
    WINDOW pair AS (PARTITION BY n.series_id, n.asked, n.averaging_minutes)
) m
$$;

-- What stations said at given times: one row per pair (station, time).
CREATE FUNCTION stations_state_at(ids bigint[], ats timestamptz[])
RETURNS TABLE (
    station_id bigint, asked timestamptz, at timestamptz, state text,
    parameter text, value double precision, unit text, ratio double precision,
    aqi smallint, level_m double precision, alarm_level smallint,
    rain_24h_mm double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH asked AS MATERIALIZED (
    SELECT p.id AS station_id, p.asked, s.kind,
        v.alarm_level_1_m AS l1, v.alarm_level_2_m AS l2, v.alarm_level_3_m AS l3
    FROM unnest(ids, ats) AS p(id, asked) JOIN stations_station s ON s.id = p.id
    CROSS JOIN LATERAL stations_levels_at(
        s.id, (p.asked AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    ) v
), worst AS (
    SELECT DISTINCT ON (m.station_id, m.asked) m.station_id, m.asked, m.parameter,
        m.statistic, m.unit, m.ratio
    FROM stations_measured_at(ids, ats) m
    WHERE m.ratio IS NOT NULL
    ORDER BY m.station_id, m.asked, m.ratio DESC, m.parameter
), newest AS (
    SELECT a.station_id, a.asked, s.id AS series_id, s.parameter, l.at,
        l.status = 2 OR l.qc = 4 AS fault
    FROM asked a
    JOIN stations_series s ON s.station_id = a.station_id
    CROSS JOIN LATERAL (
        SELECT o.at, o.status, o.qc FROM stations_observation o
        WHERE o.series_id = s.id AND o.at <= a.asked
            AND o.at > a.asked - interval '7 days'
        ORDER BY o.at DESC, o.version DESC LIMIT 1
    ) l
), summed AS (
    SELECT n.station_id, n.asked, max(n.at) AS at, bool_or(n.fault) AS fault,
        max(n.series_id) FILTER (WHERE n.parameter = 'Level') AS level_series,
        max(n.series_id) FILTER (WHERE n.parameter = 'Rain') AS rain_series
    FROM newest n GROUP BY n.station_id, n.asked
), facts AS (
    SELECT a.*, s.at, s.fault, v.level_m, w.ratio, w.parameter, w.statistic, w.unit,
        x.aqi, r.rain AS rain_24h_mm,
        CASE WHEN v.level_m >= a.l3 THEN 3 WHEN v.level_m >= a.l2 THEN 2
            WHEN v.level_m >= a.l1 THEN 1
            WHEN v.level_m < least(a.l1, a.l2, a.l3) THEN 0
        END::smallint AS alarm_level
    FROM asked a
    LEFT JOIN summed s USING (station_id, asked)
    LEFT JOIN worst w USING (station_id, asked)
    LEFT JOIN LATERAL (
        SELECT i.value AS aqi FROM stations_index i
        WHERE a.kind = 'air' AND i.kind = 'vn_aqi' AND i.period = 'hour'
            AND i.station_id = a.station_id AND i.at <= a.asked
            AND i.at > a.asked - interval '2 hours' AND i.value IS NOT NULL
        ORDER BY i.at DESC LIMIT 1
    ) x ON true
    LEFT JOIN LATERAL (
        SELECT o.value AS level_m FROM stations_valid o
        WHERE o.series_id = s.level_series AND o.at <= a.asked
            AND o.at > a.asked - interval '1 hour'
        ORDER BY o.at DESC LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT sum(o.value) AS rain FROM stations_valid o
        WHERE o.series_id = s.rain_series AND o.at <= a.asked
            AND o.at > a.asked - interval '24 hours'
    ) r ON true
)
SELECT f.station_id, f.asked, f.at,
    CASE
        WHEN f.at IS NULL OR f.asked - f.at > interval '30 minutes' THEN 'silent'
        WHEN f.ratio > 1 OR f.alarm_level > 0 OR f.rain_24h_mm > 100 THEN 'over'
        WHEN f.fault THEN 'fault'
        -- close: nine tenths of a limit, half a metre below the lowest known
        -- alarm level, heavy rain (more than 50 mm in 24 h)
        WHEN f.ratio >= 0.9 OR f.rain_24h_mm > 50
            OR f.level_m >= least(f.l1, f.l2, f.l3) - 0.5 THEN 'near'
        ELSE 'ok'
    END,
    CASE WHEN f.kind = 'air' AND f.aqi IS NOT NULL THEN 'VN_AQI'
        WHEN f.kind = 'rain' THEN 'Rain' WHEN f.kind = 'river' THEN 'Level'
        ELSE coalesce(f.parameter, '') END,
    CASE WHEN f.kind = 'air' AND f.aqi IS NOT NULL THEN f.aqi::double precision
        WHEN f.kind = 'rain' THEN round(f.rain_24h_mm::numeric, 1)
        WHEN f.kind = 'river' THEN f.level_m
        ELSE round(f.statistic::numeric, 2) END,
    CASE WHEN f.kind = 'air' AND f.aqi IS NOT NULL THEN ''
        WHEN f.kind = 'rain' THEN 'mm' WHEN f.kind = 'river' THEN 'm'
        ELSE coalesce(f.unit, '') END,
    round(f.ratio::numeric, 3)::double precision, f.aqi, f.level_m, f.alarm_level,
    round(f.rain_24h_mm::numeric, 1)::double precision
FROM facts f
$$;
