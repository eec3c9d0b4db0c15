WITH said AS (
    SELECT *
    FROM unnest(
        %s::bigint[], %s::text[], %s::text[], %s::integer[], %s::float8[],
        %s::float8[], %s::text[], %s::text[]
    ) AS t (
        vessel_id, name, call_sign, imo, length_m, width_m, destination,
        vessel_class
    )
), changed AS (
    UPDATE vessels_vessel v SET
        title = coalesce(nullif(said.name, ''), v.title),
        call_sign = coalesce(nullif(said.call_sign, ''), v.call_sign),
        imo = coalesce(said.imo, v.imo),
        length_m = coalesce(said.length_m, v.length_m),
        width_m = coalesce(said.width_m, v.width_m),
        destination = coalesce(nullif(said.destination, ''), v.destination),
        vessel_class = coalesce(nullif(said.vessel_class, ''), v.vessel_class),
        updated_at = now()
    FROM said
    WHERE v.id = said.vessel_id AND v.source = %s
        AND (
            coalesce(nullif(said.name, ''), v.title),
            coalesce(nullif(said.call_sign, ''), v.call_sign),
            coalesce(said.imo, v.imo),
            coalesce(said.length_m, v.length_m),
            coalesce(said.width_m, v.width_m),
            coalesce(nullif(said.destination, ''), v.destination),
            coalesce(nullif(said.vessel_class, ''), v.vessel_class)
        ) IS DISTINCT FROM (
            v.title, v.call_sign, v.imo, v.length_m, v.width_m, v.destination,
            v.vessel_class
        )
    RETURNING v.id
)
UPDATE vessels_live SET seq = %s WHERE vessel_id IN (SELECT id FROM changed)
