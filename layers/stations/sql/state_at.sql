-- Rise per hour of a series over the hour up to a time: the median of the slopes
-- between all pairs of valid values (Theil and Sen), as layers.stations.flood.rules
-- has it. NULL with fewer than three values or less than half an hour of them.
CREATE FUNCTION stations_slope(series bigint, until timestamptz)
RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH v AS MATERIALIZED (
    SELECT o.at, o.value
    FROM stations_valid_in(series, until - interval '1 hour', until) o
)
SELECT CASE WHEN count(*) >= 3 AND max(b.at) - min(a.at) >= interval '30 minutes'
    THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY
        (b.value - a.value) / (extract(epoch FROM b.at - a.at)::float8 / 3600)) END
FROM v a JOIN v b ON b.at > a.at
$$;

-- What stations said at given times: one row per pair (station, time).
CREATE FUNCTION stations_state_at(ids bigint[], ats timestamptz[])
RETURNS TABLE (
    station_id bigint, asked timestamptz, at timestamptz, state text,
    parameter text, value double precision, unit text, ratio double precision,
    aqi smallint, level_m double precision, alarm_level smallint,
    rain_24h_mm double precision, wqi smallint, rate_m_h double precision,
    rain_1h_mm double precision, trend smallint
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
        m.statistic, m.unit, m.ratio, m.series_id AS worst_series
    FROM stations_measured_at(ids, ats) m
    WHERE m.ratio IS NOT NULL
    ORDER BY m.station_id, m.asked, m.ratio DESC, m.parameter
), newest AS (
    SELECT a.station_id, a.asked, s.id AS series_id, s.parameter,
        s.averaging_minutes AS step, l.at, l.status = 2 OR l.qc = 4 AS fault
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
        (array_agg(n.series_id ORDER BY n.step, n.series_id)
            FILTER (WHERE n.parameter = 'Level'))[1] AS level_series,
        (array_agg(n.series_id ORDER BY n.step, n.series_id)
            FILTER (WHERE n.parameter = 'Rain'))[1] AS rain_series
    FROM newest n GROUP BY n.station_id, n.asked
), facts AS (
    SELECT a.*, s.at, s.fault, v.level_m, w.ratio, w.parameter, w.statistic, w.unit,
        CASE WHEN a.kind = 'air' THEN x.value END AS aqi,
        CASE WHEN a.kind = 'surface_water' THEN x.value END AS wqi,
        x.value - x.before AS index_change, r.rain_24h_mm, r.rain_1h_mm,
        c.slope, CASE WHEN a.kind = 'river' THEN c.slope END AS rate_m_h,
        CASE WHEN v.level_m >= a.l3 THEN 3 WHEN v.level_m >= a.l2 THEN 2
            WHEN v.level_m >= a.l1 THEN 1
            WHEN v.level_m < least(a.l1, a.l2, a.l3) THEN 0
        END::smallint AS alarm_level
    FROM asked a
    LEFT JOIN summed s USING (station_id, asked)
    LEFT JOIN worst w USING (station_id, asked)
    LEFT JOIN LATERAL (
        SELECT i.value, (
            SELECT j.value FROM stations_index j
            WHERE j.station_id = i.station_id AND j.kind = i.kind
                AND j.period = 'hour' AND j.at = i.at - interval '1 hour'
        ) AS before
        FROM stations_index i
        WHERE a.kind IN ('air', 'surface_water') AND i.station_id = a.station_id
            AND i.kind = CASE a.kind WHEN 'air' THEN 'vn_aqi' ELSE 'vn_wqi' END
            AND i.period = 'hour' AND i.at <= a.asked
            AND i.at > a.asked - interval '2 hours' AND i.value IS NOT NULL
        ORDER BY i.at DESC LIMIT 1
    ) x ON true
    LEFT JOIN LATERAL (
        SELECT o.value AS level_m FROM stations_valid_in(
            s.level_series, a.asked - interval '1 hour', a.asked) o
        ORDER BY o.at DESC LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT d.total AS rain_24h_mm, h.total AS rain_1h_mm
        FROM stations_window(s.rain_series, a.asked, 1440) d,
            stations_window(s.rain_series, a.asked, 60) h
    ) r ON s.rain_series IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT stations_slope(
            CASE WHEN a.kind = 'river' THEN s.level_series ELSE w.worst_series END,
            a.asked
        ) AS slope
    ) c ON a.kind NOT IN ('rain', 'air') OR x.value IS NULL
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
    round(f.rain_24h_mm::numeric, 1)::double precision, f.wqi,
    round(f.rate_m_h::numeric, 3)::double precision,
    round(f.rain_1h_mm::numeric, 1)::double precision,
    -- the arrow: up or down when what is shown moves by more than its noise in an
    -- hour: 2 points of an index, 1 cm of water, a twentieth of a value; rain adds up
    CASE
        WHEN f.kind = 'rain' THEN (f.rain_1h_mm > 0)::int
        WHEN f.kind = 'air' AND f.aqi IS NOT NULL
            THEN CASE WHEN abs(f.index_change) > 2 THEN sign(f.index_change)
                WHEN f.index_change IS NOT NULL THEN 0 END
        WHEN f.kind = 'river'
            THEN CASE WHEN abs(f.slope) >= 0.01 THEN sign(f.slope)
                WHEN f.slope IS NOT NULL THEN 0 END
        WHEN abs(f.slope) > 0.05 * abs(f.statistic) THEN sign(f.slope)
        WHEN f.slope IS NOT NULL AND f.statistic IS NOT NULL THEN 0
    END::smallint
FROM facts f
$$;
