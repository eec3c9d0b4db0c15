-- Where every vessel was, for the tails on the map.
CREATE VIEW vessels_tail AS
SELECT
    vessel_id AS id,
    at,
    radians(lon) * 6378137 AS x,
    -- as in services.to_mercator: held at the edge of the projection
    6378137 * ln(tan(pi() / 4 + radians(greatest(least(lat, 85.06), -85.06)) / 2)) AS y
FROM vessels_position
