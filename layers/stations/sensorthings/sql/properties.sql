-- Parameters of the catalogue that a station in sight measures.
SELECT op.id, op.symbol, op.title AS name, op.definition,
    jsonb_build_object('symbol', op.symbol) AS properties
FROM {parameters} op(id, symbol, title, definition)
WHERE EXISTS (
    SELECT 1 FROM stations_series s
    JOIN {visible} st ON st.id = s.station_id
    WHERE s.parameter = op.symbol
)
