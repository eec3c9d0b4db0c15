-- Take away what every running process has read; those that have not (asleep for
-- long, or a transaction that took long) see by the floor that rows are missing.
WITH gone AS (
    DELETE FROM core_touched WHERE at < now() - make_interval(secs => %s)
    RETURNING slug, seq
), floors AS (
    INSERT INTO core_touched_floor (slug, seq)
    SELECT slug, max(seq) FROM gone GROUP BY slug
    ON CONFLICT (slug) DO UPDATE
    SET seq = greatest(core_touched_floor.seq, excluded.seq)
)
SELECT count(*) FROM gone
