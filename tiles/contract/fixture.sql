-- What the contract's rows ask for, in two schemas of their own.
DROP SCHEMA IF EXISTS contract_a, contract_b CASCADE;
CREATE SCHEMA contract_a;
CREATE SCHEMA contract_b;

CREATE TABLE contract_a.pts (
  gid int PRIMARY KEY, label text, geom geometry(Point, 4326) NOT NULL);
INSERT INTO contract_a.pts
SELECT n, 'point ' || n, ST_Point(-2 + 144.0 * n / 100, -1 + 46.0 * n / 100, 4326)
FROM generate_series(0, 100) AS n;

-- The same name in another schema.
CREATE TABLE contract_b.pts (
  gid int PRIMARY KEY, note text, geom geometry(Point, 4326) NOT NULL);
INSERT INTO contract_b.pts VALUES (1, 'the other one', ST_Point(105, 20, 4326));

-- A name that the service needs for itself, and one that no URL could hold.
CREATE TABLE contract_a.catalog (
  gid int PRIMARY KEY, geom geometry(Point, 4326) NOT NULL);
INSERT INTO contract_a.catalog VALUES (1, ST_Point(105, 20, 4326));
CREATE TABLE contract_a."odd name!" (
  gid int PRIMARY KEY, geom geometry(Point, 4326) NOT NULL);
INSERT INTO contract_a."odd name!" VALUES (1, ST_Point(105, 20, 4326));

CREATE TABLE contract_a.zoomed (
  gid int PRIMARY KEY, geom geometry(Point, 4326) NOT NULL);
INSERT INTO contract_a.zoomed VALUES (1, ST_Point(105, 20, 4326));
COMMENT ON TABLE contract_a.zoomed IS
  '{"minzoom": 6, "maxzoom": 12, "attribution": "contract", "unknown": {"kept": 1}}';

CREATE FUNCTION contract_a.fn(z integer, x integer, y integer, query json)
RETURNS bytea LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF query ->> 'token' IS NULL THEN
    RAISE EXCEPTION 'token is missing';
  END IF;
  RETURN (
    SELECT ST_AsMVT(t, 'fn', 4096, 'geom') FROM (
      SELECT query ->> 'token' AS token, json_typeof(query -> 'token') AS kind,
             ST_AsMVTGeom(ST_Point(0, 0, 3857), ST_TileEnvelope(0, 0, 0)) AS geom
    ) AS t);
END $$;

CREATE FUNCTION contract_a.nothing(z integer, x integer, y integer)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT NULL::bytea';

-- A picture of one pixel, whatever the tile.
CREATE FUNCTION contract_a.picture(z integer, x integer, y integer)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9'
    || 'QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
$$;
COMMENT ON FUNCTION contract_a.picture(integer, integer, integer) IS
  '{"content_type": "image/png", "description": "one pixel"}';
CREATE INDEX ON contract_a.pts USING gist (geom);
CREATE INDEX ON contract_b.pts USING gist (geom);
CREATE INDEX ON contract_a.catalog USING gist (geom);
CREATE INDEX ON contract_a."odd name!" USING gist (geom);
CREATE INDEX ON contract_a.zoomed USING gist (geom);
ANALYZE contract_a.pts, contract_b.pts, contract_a.catalog, contract_a.zoomed;
