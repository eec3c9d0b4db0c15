-- A judgement that holds instead of the one made when the fix came. Positions
-- themselves are never changed.
CREATE TABLE vessels_judgement (
    device_id bigint NOT NULL,
    at timestamptz NOT NULL,
    digest bigint NOT NULL,
    branch smallint NOT NULL,
    flags integer NOT NULL,
    judged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, at, digest)
);

-- Positions with the judgement that holds: what everybody reads.
CREATE VIEW vessels_fix AS
SELECT
    p.device_id, p.at, p.digest, p.received_at, p.lon, p.lat, p.batch_id, p.line_no,
    p.speed_kn, p.course_deg, p.heading_deg, p.turn_deg_min, p.error_m,
    coalesce(j.flags, p.flags) AS flags, p.receiver_id,
    coalesce(j.branch, p.branch) AS branch, p.status, p.message_type
FROM vessels_position p
LEFT JOIN vessels_judgement j USING (device_id, at, digest);

-- What judging the next fix of a device needs (layers.vessels.ingest.state): its
-- open tracks as of a little ago and the fixes since. Rewritten with every delivery:
-- room on every page, no index but the key.
CREATE TABLE vessels_head (
    device_id bigint PRIMARY KEY,
    newest timestamptz NOT NULL,
    distress_at timestamptz NOT NULL,
    state bytea NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
-- Some hundred bytes for most; an identity that twenty ships share needs kilobytes.
ALTER TABLE vessels_head ALTER COLUMN state SET STORAGE EXTERNAL;

CREATE INDEX vessels_head_distress ON vessels_head (distress_at)
    WHERE distress_at > '-infinity';
