-- The ground a camera sees, as a wedge (or a disc for one that sees all round).
-- azimuth_deg: clockwise from north, middle of the picture. Schemas are named, so
-- that the generated column survives pg_restore, which empties the search path.
CREATE FUNCTION cameras_cone(
    place public.geometry,
    azimuth_deg double precision,
    field_of_view_deg double precision,
    range_m double precision
) RETURNS public.geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN place IS NULL OR range_m IS NULL OR field_of_view_deg IS NULL
             OR azimuth_deg IS NULL OR public.geometrytype(place) <> 'POINT'
            THEN NULL
        WHEN field_of_view_deg >= 360
            THEN public.ST_Buffer(place::public.geography, range_m)::public.geometry
        ELSE public.ST_MakePolygon(public.ST_MakeLine(
            place
            || (
                SELECT array_agg(
                    public.ST_Project(
                        place::public.geography,
                        range_m,
                        radians(azimuth_deg + field_of_view_deg * (step / 16.0 - 0.5))
                    )::public.geometry
                    ORDER BY step
                )
                FROM generate_series(0, 16) AS step
            )
            || place
        ))
    END
$$;
