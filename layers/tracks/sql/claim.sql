-- Take what was marked over from vessels_dirty, which is left at once: whoever stores
-- positions must not wait for settling. A mark waits for the pause, so a device that
-- sends all the time is settled once in a pause.
WITH marked AS (
    SELECT device_id, branch FROM vessels_dirty
    WHERE marked_at <= now() - make_interval(secs => %s)
    ORDER BY since DESC LIMIT %s FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM vessels_dirty d USING marked m
    WHERE d.device_id = m.device_id AND d.branch = m.branch
    RETURNING d.device_id, d.since
)
INSERT INTO tracks_work (device_id, day, since, later)
SELECT device_id, (min(since) AT TIME ZONE 'UTC')::date, min(since), true
FROM taken GROUP BY device_id
