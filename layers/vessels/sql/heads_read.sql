SELECT device_id, extract(epoch FROM newest)::float8,
    extract(epoch FROM distress_at)::float8, state
FROM vessels_head WHERE device_id = ANY(%s::bigint[])
