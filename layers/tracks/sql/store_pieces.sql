INSERT INTO tracks_piece (id, at, started_at, device_id, digest, fixes, distance_m,
    speed_kn, max_kn, reasons, branch, segment, begins, kind, points_50, points_250,
    points_1000, geom, shape, shape_z8, shape_z11)
SELECT coalesce(n.id, nextval('tracks_piece_id')), n.at, n.started_at, n.device_id,
    n.digest, n.fixes, n.distance_m, n.speed_kn, n.max_kn, n.reasons, n.branch,
    n.segment, n.begins, n.kind, n.points_50, n.points_250, n.points_1000,
    n.geom::geometry, n.shape::geometry, n.shape_z8::geometry, n.shape_z11::geometry
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[],
    %s::bigint[], %s::integer[], %s::float8[], %s::float8[], %s::float8[],
    %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::text[],
    %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[],
    %s::bytea[])
    AS n (id, at, started_at, device_id, digest, fixes, distance_m, speed_kn, max_kn,
          reasons, branch, segment, begins, kind, points_50, points_250, points_1000,
          geom, shape, shape_z8, shape_z11)
