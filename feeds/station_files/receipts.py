"""What became of a file: line by line, computed from what is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from feeds.core.inbox import decompress
from feeds.core.models import InboxBatch
from layers.stations.queries import count_of_batch

from .decoder import name_of, path_of, warnings_of
from .parsing import parse, split_lines


@dataclass(frozen=True, slots=True)
class Receipt:
    """lines = accepted + duplicate + blank + all rejected, once processed."""

    file: str
    received_at: datetime
    processed: bool
    lines: int
    accepted: int
    duplicate: int
    blank: int
    rejected: tuple[tuple[int, str, str], ...]
    warnings: tuple[tuple[int, str], ...]

    @property
    def reasons(self) -> Counter[str]:
        return Counter(reason for _line, reason, _detail in self.rejected)


def receipt(batch: InboxBatch) -> Receipt:
    """The receipt of a file in the inbox."""
    body = decompress(bytes(batch.body))
    parsed = parse(body, batch.received_at.timestamp(), name_of(batch.meta))
    refused = tuple(
        batch.quarantine_set.order_by("line_no").values_list(
            "line_no", "reason", "detail"
        )
    )
    numbers = {line for line, _reason, _detail in refused}
    taken = [line for line in parsed.lines if line.number not in numbers]
    done = batch.state == InboxBatch.State.DONE
    accepted = 0
    if done and taken:
        times = [datetime.fromtimestamp(line.at, UTC) for line in taken]
        accepted = count_of_batch(batch.pk, min(times), max(times))
    return Receipt(
        file=path_of(batch.meta),
        received_at=batch.received_at,
        processed=done,
        lines=len(split_lines(body)),
        accepted=accepted,
        duplicate=len(taken) - accepted if done else 0,
        blank=parsed.blank,
        rejected=refused,
        warnings=tuple(warnings_of(parsed)),
    )
