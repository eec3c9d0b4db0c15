-- Where the clocks of the register stand: vessels by step, since when the longest.
-- scope: the rows that may be seen.
SELECT
    v.ladder_step,
    count(*),
    min(v.ladder_since),
    count(*) FILTER (WHERE v.next_due_at <= %s)
FROM {relation} v
WHERE v.registered AND {scope}
GROUP BY 1
