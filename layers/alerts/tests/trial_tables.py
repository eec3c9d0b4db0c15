"""The tables of the trial layers and how they are written and read."""

TABLES = """
CREATE TABLE trial_boats (
    id bigint PRIMARY KEY, title text NOT NULL, kind text NOT NULL DEFAULT 'fishing',
    level double precision, plan double precision, speed_kn double precision,
    due timestamptz, day date, at timestamptz, unit_id bigint,
    geom geometry(Point, 4326),
    shape geometry GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED,
    seq bigint NOT NULL DEFAULT 0
);
CREATE TABLE trial_fixes (
    boat bigint, at timestamptz, lon double precision, lat double precision,
    level double precision, plan double precision, error_m double precision,
    speed_kn double precision, PRIMARY KEY (boat, at)
);
CREATE TABLE trial_areas (
    id bigint PRIMARY KEY, title text NOT NULL, closed boolean NOT NULL DEFAULT true,
    changed timestamptz, valid_from date, valid_to date,
    season_from text, season_to text, beyond text,
    unit_id bigint, geom geometry(Geometry, 4326),
    shape geometry GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED
);
"""
STORE = """
INSERT INTO trial_fixes VALUES (%s, to_timestamp(%s), %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
STORED = """
SELECT boat, extract(epoch FROM at)::float8, lon, lat, level, plan, error_m, speed_kn
FROM trial_fixes
WHERE at >= to_timestamp(%s) AND at < to_timestamp(%s)
  AND (%s::bigint[] IS NULL OR boat = ANY(%s)) ORDER BY boat, at
"""
MOVE = """
INSERT INTO trial_boats (id, title, at, geom, level, plan, speed_kn, seq)
VALUES (%s, %s, to_timestamp(%s), ST_Point(%s, %s, 4326), %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, geom = excluded.geom,
    level = excluded.level, plan = excluded.plan, speed_kn = excluded.speed_kn,
    seq = excluded.seq
WHERE trial_boats.at IS NULL OR trial_boats.at < excluded.at
RETURNING id
"""
