-- Write the picture to the list: new vessels are added, known ones brought up to date.
-- A vessel that is not wanted any more stays; it has left when it was inside before.
INSERT INTO recalls_boat AS b (
    recall_id, vessel_id, added_at, entered_at, left_at, inside, moves, silent, at,
    lon, lat, speed_kn, course_deg, edge_m, outward_kn, leave_min, enter_min,
    haven, haven_m, haven_min, home_m, answer, tries
)
SELECT
    %(recall)s, vessel_id, %(now)s, CASE WHEN inside THEN %(now)s::timestamptz END,
    NULL, inside, moves, silent, at, lon, lat, speed_kn, course_deg, edge_m,
    outward_kn, leave_min, enter_min, haven, haven_m, haven_min, home_m, '', 0
FROM unnest(
    %(vessel_id)s::bigint[], %(inside)s::boolean[], %(moves)s::text[],
    %(silent)s::boolean[], %(at)s::timestamptz[], %(lon)s::float8[], %(lat)s::float8[],
    %(speed_kn)s::float8[], %(course_deg)s::float8[], %(edge_m)s::float8[],
    %(outward_kn)s::float8[], %(leave_min)s::float8[], %(enter_min)s::float8[],
    %(haven)s::text[], %(haven_m)s::float8[], %(haven_min)s::float8[],
    %(home_m)s::float8[]
) AS seen (
    vessel_id, inside, moves, silent, at, lon, lat, speed_kn, course_deg, edge_m,
    outward_kn, leave_min, enter_min, haven, haven_m, haven_min, home_m
)
ON CONFLICT (recall_id, vessel_id) DO UPDATE SET
    entered_at = coalesce(b.entered_at, excluded.entered_at),
    left_at = CASE
        WHEN excluded.inside THEN NULL
        WHEN excluded.moves = 'entering' THEN NULL
        ELSE coalesce(b.left_at, excluded.added_at)
    END,
    inside = excluded.inside,
    moves = excluded.moves,
    silent = excluded.silent,
    at = excluded.at,
    lon = excluded.lon,
    lat = excluded.lat,
    speed_kn = excluded.speed_kn,
    course_deg = excluded.course_deg,
    edge_m = excluded.edge_m,
    outward_kn = excluded.outward_kn,
    leave_min = excluded.leave_min,
    enter_min = excluded.enter_min,
    haven = excluded.haven,
    haven_m = excluded.haven_m,
    haven_min = excluded.haven_min,
    home_m = excluded.home_m
