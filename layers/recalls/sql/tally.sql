-- How the recall stands: one row a minute, the last of the minute stays.
-- Vessels in port need no call and are not counted as inside.
INSERT INTO recalls_tally AS t (
    recall_id, at, seen_at, inside, entering, "left", answered, unanswered, silent
)
SELECT
    %(recall)s, date_trunc('minute', %(now)s::timestamptz), %(now)s,
    count(*) FILTER (WHERE inside AND moves <> 'in_port'),
    count(*) FILTER (WHERE moves = 'entering'),
    count(*) FILTER (WHERE left_at IS NOT NULL),
    count(*) FILTER (WHERE answer = ANY(%(answered)s)),
    count(*) FILTER (
        WHERE NOT answer = ANY(%(answered)s) AND NOT moves = ANY(%(safe)s)
    ),
    count(*) FILTER (WHERE silent AND inside)
FROM recalls_boat
WHERE recall_id = %(recall)s
ON CONFLICT (recall_id, at) DO UPDATE SET
    seen_at = excluded.seen_at,
    inside = excluded.inside,
    entering = excluded.entering,
    "left" = excluded."left",
    answered = excluded.answered,
    unanswered = excluded.unanswered,
    silent = excluded.silent
