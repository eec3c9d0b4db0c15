-- One row per administrative unit with its newest headline figures. {units} is
-- the relation of the layer that plays the role of administrative units; its
-- shapes for low zooms and its label points are passed on.
CREATE VIEW indicators_map AS
SELECT u.id, u.title, u.unit_id, u.code, u.kind, u.geom, u.shape,
       u.population, u.density, h.*, {bands}
FROM {units} u
LEFT JOIN LATERAL (
    SELECT max(f.value) FILTER (WHERE i.code = 'KT16')::float8 AS poverty_pct,
           max(f.value) FILTER (WHERE i.code = 'KT17')::float8 AS new_rural_pct,
           max(f.value) FILTER (WHERE i.code = 'KT05')::float8 AS revenue_bn_vnd,
           max(f.value) FILTER (WHERE i.code = 'KT08')::float8 AS disbursed_pct,
           max(f.value) FILTER (WHERE i.code = 'DVC01')::float8 AS on_time_pct,
           max(f.value) FILTER (WHERE i.code = 'GT01')::float8 AS accidents,
           max(f.value) FILTER (WHERE i.code = 'YT04')::float8 AS insured_pct,
           max(f.value) FILTER (WHERE i.code = 'GD02')::float8 AS standard_schools_pct,
           max(f.period_end) AS newest_day,
           max(f.published_at) AS published_at
    FROM indicators_latest l
    JOIN indicators_indicator i ON i.id = l.indicator_id
    JOIN indicators_fact f ON f.id = l.fact_id
    WHERE l.unit_id = u.id AND l.facet = ''
      AND i.code IN ('KT16', 'KT17', 'KT05', 'KT08', 'DVC01', 'GT01', 'YT04', 'GD02')
) h ON true
