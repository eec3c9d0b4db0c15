-- Devices whose movements have to be found again, and from when on.
CREATE TABLE movements_due (
    device_id bigint PRIMARY KEY,
    since timestamptz NOT NULL
);
