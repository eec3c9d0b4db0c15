-- What a value in one unit is multiplied by to be in another; NULL: not convertible.
-- Gases at 25 degrees (micrograms per cubic metre for one ppb), as indices/units.py.
CREATE FUNCTION stations_unit_factor(parameter text, given text, wanted text)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
WITH known(medium, unit, amount, gas) AS (VALUES
    ('air', 'µg/m³', 1.0::float8, ''), ('air', 'mg/m³', 1000.0, ''),
    ('air', 'ppb', 1.963, 'O3'), ('air', 'ppm', 1963.0, 'O3'),
    ('air', 'ppb', 1.882, 'NO2'), ('air', 'ppm', 1882.0, 'NO2'),
    ('air', 'ppb', 2.620, 'SO2'), ('air', 'ppm', 2620.0, 'SO2'),
    ('air', 'ppb', 1.145, 'CO'), ('air', 'ppm', 1145.0, 'CO'),
    ('water', 'µg/L', 1.0, ''), ('water', 'mg/L', 1000.0, '')
)
SELECT g.amount / w.amount FROM known g JOIN known w ON w.medium = g.medium
WHERE g.unit = given AND w.unit = wanted
    AND g.gas IN ('', parameter) AND w.gas IN ('', parameter)
$$;

-- The rows of the view stations_valid of one series in (since, until], oldest first; by
-- the index alone, while the view would compare the whole series with itself.
CREATE FUNCTION stations_valid_in(
    series bigint, since timestamptz, until timestamptz
)
RETURNS TABLE (at timestamptz, value double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT c.at, coalesce(j.value, c.value)
FROM (
    SELECT DISTINCT ON (o.at) o.at, o.value, o.status, o.qc
    FROM stations_observation o
    WHERE o.series_id = series AND o.at > since AND o.at <= until
    ORDER BY o.at, o.version DESC
) c
LEFT JOIN LATERAL (
    SELECT k.value, k.flag, k.review_id FROM stations_judgement k
    WHERE k.series_id = series AND k.at = c.at LIMIT 1
) j ON true
WHERE (c.status = 0 OR j.review_id IS NOT NULL)
    AND coalesce(j.value, c.value) IS NOT NULL
    AND coalesce(j.flag, c.qc) NOT IN (4, 9)
$$;

-- Sum and number of the valid values in (until - minutes, until]: whole hours from the
-- roll-up, the ragged ends from single values, so any minute gives the exact mean.
CREATE FUNCTION stations_window(series bigint, until timestamptz, minutes int)
RETURNS TABLE (total double precision, valid bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH span AS (
    SELECT until - make_interval(mins => minutes) AS since,
        date_bin('1 hour', until, 'epoch') AS last_hour,
        date_bin('1 hour', until - make_interval(mins => minutes)
            + interval '1 hour - 1 microsecond', 'epoch') AS first_hour
)
SELECT sum(x.total), sum(x.valid)::bigint
FROM (
    SELECT h.total, h.valid::bigint FROM span, stations_hour h
    WHERE h.series_id = series AND h.hour > span.first_hour
        AND h.hour <= span.last_hour
    UNION ALL
    SELECT sum(o.value), count(*) FROM span, LATERAL stations_valid_in(
        series, span.since, least(span.first_hour, until)) o
    UNION ALL
    SELECT sum(o.value), count(*) FROM span, LATERAL stations_valid_in(
        series, greatest(span.first_hour, span.last_hour), until) o
) x(total, valid)
$$;

-- The limits that hold for stations on days: one row per parameter, averaging and
-- direction. A limit of the station itself comes first. A permit then says which
-- column of which regulation holds and what a scaled limit is multiplied by; without
-- a permit the station's column of the newest general record does.
CREATE FUNCTION stations_limits_on(ids bigint[], days date[])
RETURNS TABLE (
    station_id bigint, day date, parameter varchar, averaging_minutes int,
    direction varchar, value double precision, unit varchar, limit_id bigint,
    permit_id bigint
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH asked AS MATERIALIZED (
    SELECT DISTINCT t.id, p.day, t.kind, t.limit_column
    FROM unnest(ids, days) AS p(id, day) JOIN stations_station t ON t.id = p.id
), permits AS MATERIALIZED (
    SELECT a.id AS station_id, a.day, e.id, e.regulation, e.column, e.valid_from,
        e.kq * e.kf AS factor
    FROM asked a
    JOIN stations_permit e ON e.station_id = a.id
        AND a.day BETWEEN e.valid_from AND coalesce(e.valid_to, 'infinity')
)
SELECT DISTINCT ON (a.id, a.day, m.parameter, m.averaging_minutes, m.direction)
    a.id, a.day, m.parameter, m.averaging_minutes, m.direction,
    m.value * CASE WHEN m.scaled THEN coalesce(e.factor, 1.0) ELSE 1.0 END,
    m.unit, m.id, e.id
FROM asked a
JOIN stations_limit m ON m.kind = a.kind AND (m.station_id = a.id
        OR m.station_id IS NULL)
    AND a.day BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity')
LEFT JOIN permits e ON e.station_id = a.id AND e.day = a.day
    AND (m.station_id = a.id
        OR starts_with(m.legal_source, e.regulation) AND m.column IN ('', e.column))
WHERE m.station_id = a.id OR e.id IS NOT NULL
    OR m.column IN ('', a.limit_column) AND NOT EXISTS (
        SELECT 1 FROM permits o WHERE o.station_id = a.id AND o.day = a.day
    )
ORDER BY a.id, a.day, m.parameter, m.averaging_minutes, m.direction,
    m.station_id NULLS LAST, e.valid_from DESC NULLS LAST, m.valid_from DESC, m.id
$$;

-- Each value against each limit that holds for it at given times: one row per
-- (station, time, series, averaging, direction), the limit in the unit of the series.
-- Only values of the hour before count; an average needs 75 % of its values.
CREATE FUNCTION stations_measured_at(ids bigint[], ats timestamptz[])
RETURNS TABLE (
    station_id bigint, asked timestamptz, series_id bigint, parameter varchar,
    unit varchar, limit_id bigint, averaging_minutes int, direction varchar,
    limit_value double precision, statistic double precision, ratio double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH asked AS MATERIALIZED (
    SELECT p.id, p.asked, (p.asked AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day
    FROM unnest(ids, ats) AS p(id, asked)
), held AS MATERIALIZED (
    SELECT h.* FROM stations_limits_on(
        (SELECT array_agg(a.id) FROM asked a), (SELECT array_agg(a.day) FROM asked a)
    ) h
), newest AS MATERIALIZED (
    SELECT a.id AS station_id, a.asked, a.day, s.id AS series_id, s.parameter, s.unit,
        s.averaging_minutes AS step, v.value
    FROM asked a
    JOIN stations_series s ON s.station_id = a.id
    CROSS JOIN LATERAL (
        SELECT o.value
        FROM stations_valid_in(s.id, a.asked - interval '1 hour', a.asked) o
        ORDER BY o.at DESC LIMIT 1
    ) v
    WHERE EXISTS (SELECT 1 FROM held h
        WHERE h.station_id = a.id AND h.parameter = s.parameter)
), measured AS MATERIALIZED (
    SELECT n.*, h.limit_id, h.averaging_minutes, h.direction,
        h.value * u.factor AS limit_value,
        CASE WHEN h.averaging_minutes <= n.step THEN n.value ELSE (
            SELECT w.total / w.valid
            FROM stations_window(n.series_id, n.asked, h.averaging_minutes) w
            WHERE w.valid >= 0.75 * h.averaging_minutes / n.step
        ) END AS statistic
    FROM newest n
    JOIN held h ON h.station_id = n.station_id AND h.day = n.day
        AND h.parameter = n.parameter
    CROSS JOIN LATERAL (
        -- a function call costs more than all else for a row
        SELECT CASE WHEN h.unit = n.unit THEN 1.0
            ELSE stations_unit_factor(h.parameter, h.unit, n.unit) END AS factor
    ) u
    WHERE u.factor IS NOT NULL
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
