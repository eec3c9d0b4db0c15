-- What was published before origins were kept: one origin for each source.
INSERT INTO indicators_load (channel, title, source, feed, withdrawn_reason, at, facts)
SELECT CASE WHEN source = 'demo' THEN 'demo' ELSE 'fixture' END, source, source, '', '',
       min(created_at), count(*)
FROM indicators_fact GROUP BY source;

UPDATE indicators_fact f SET load_id = o.id
FROM indicators_load o WHERE o.source = f.source;
