-- The same with the units and the figures that were known at a time.
CREATE FUNCTION indicators_as_of(at timestamptz)
RETURNS TABLE (
    id bigint, title text, unit_id bigint, code text, kind text, population integer,
    density float8, poverty_pct float8, new_rural_pct float8, revenue_bn_vnd float8,
    disbursed_pct float8, on_time_pct float8, accidents float8, insured_pct float8,
    standard_schools_pct float8, newest_day date, published_at timestamptz,
    geom geometry, shape geometry,
    shape_z5 geometry, shape_z6 geometry, shape_z7 geometry, shape_z8 geometry,
    shape_z9 geometry, shape_z10 geometry, shape_z11 geometry, anchor geometry)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT u.id, u.title, u.unit_id, u.code, u.kind, u.population, u.density, h.*,
       u.geom, u.shape, {bands}
FROM {units_as_of}(at) u
LEFT JOIN LATERAL (
    SELECT max(n.value) FILTER (WHERE i.code = 'KT16')::float8,
           max(n.value) FILTER (WHERE i.code = 'KT17')::float8,
           max(n.value) FILTER (WHERE i.code = 'KT05')::float8,
           max(n.value) FILTER (WHERE i.code = 'KT08')::float8,
           max(n.value) FILTER (WHERE i.code = 'DVC01')::float8,
           max(n.value) FILTER (WHERE i.code = 'GT01')::float8,
           max(n.value) FILTER (WHERE i.code = 'YT04')::float8,
           max(n.value) FILTER (WHERE i.code = 'GD02')::float8,
           max(n.period_end), max(n.published_at)
    FROM indicators_indicator i
    CROSS JOIN LATERAL (
        SELECT f.value, f.period_end, f.published_at
        FROM indicators_fact f
        WHERE f.unit_id = u.id AND f.indicator_id = i.id AND f.facet = ''
          AND f.published_at <= at
        ORDER BY f.period_end DESC, f.period_start, f.published_at DESC,
                 array_position(ARRAY['estimate', 'preliminary', 'final'],
                                f.vintage::text) DESC
        LIMIT 1
    ) n
    WHERE i.code IN ('KT16', 'KT17', 'KT05', 'KT08', 'DVC01', 'GT01', 'YT04', 'GD02')
) h ON true
$$
