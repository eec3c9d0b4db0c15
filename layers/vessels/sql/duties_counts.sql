-- How many vessels stand where, by class and home port. In port, at sea and unknown
-- are all of them; silent ones and those beyond the line are among those at sea, or
-- were there when they were last seen. scope: the rows that may be seen.
SELECT
    v.vessel_class,
    coalesce(nullif(v.home_port, ''), '—'),
    count(*) FILTER (WHERE v.at_sea IS FALSE),
    count(*) FILTER (WHERE v.at_sea),
    count(*) FILTER (WHERE v.ladder_step IN
        ('silent_6h', 'silent_10d', 'broken_silent', 'overdue')),
    count(*) FILTER (WHERE v.beyond),
    count(*) FILTER (WHERE v.at_sea IS NULL),
    count(*)
FROM vessels_map v
WHERE v.registered AND {scope}
GROUP BY 1, 2 ORDER BY 1, 2
