-- Claim the vessel to be called next: not tried before tried, then by the danger it is
-- in. Rows that another operator is taking at this instant are passed over.
UPDATE recalls_boat SET claimed_by_id = %s, claimed_until = %s
WHERE id = (
    SELECT b.id FROM recalls_boat b
    JOIN {relation} m ON m.id = b.vessel_id
    WHERE b.recall_id = %s
        AND b.answer <> ALL(%s)
        AND b.moves <> ALL(%s)
        AND b.id <> ALL(%s::bigint[])
        AND (
            b.claimed_until IS NULL OR b.claimed_until <= %s OR b.claimed_by_id = %s
        )
        AND (b.tried_at IS NULL OR b.tried_at <= %s)
        AND {scope}
    ORDER BY b.tries, array_position(%s::text[], b.moves::text),
        b.enter_min NULLS LAST, b.leave_min DESC NULLS LAST, b.id
    LIMIT 1
    FOR UPDATE OF b SKIP LOCKED
)
RETURNING id
