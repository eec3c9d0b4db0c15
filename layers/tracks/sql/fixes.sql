-- Fixes of some devices, each from its own moment on, within one day.
SELECT f.device_id, f.branch::integer AS branch, extract(epoch FROM f.at)::float8 AS at,
    f.digest, f.lon, f.lat, coalesce(f.speed_kn, 'NaN')::float8 AS speed_kn,
    coalesce(f.course_deg, 'NaN')::float8 AS course_deg, f.flags
FROM unnest(%s::bigint[], %s::timestamptz[]) AS w (device_id, since)
JOIN vessels_fix f ON f.device_id = w.device_id AND f.at >= w.since
WHERE f.at >= %s::timestamptz AND f.at < %s::timestamptz
