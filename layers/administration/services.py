"""Writing dossiers: a register tells them again and again, the newest word counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from layers.core.ingest import Applied

from .models import Dossier, Procedure, ServiceCounter

MUTABLE = (
    "counter",
    "procedure",
    "status",
    "due_at",
    "finished_at",
    "online",
    "paid_online",
    "rating",
    "updated_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRecord:
    """A dossier as a register tells it; ``updated_at`` decides which word is newer.

    ``counter`` is the code (external id) of the one-stop shop.
    """

    source: str
    external_id: str
    counter: str
    procedure: str
    status: str
    received_at: datetime
    due_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
    online: bool = False
    paid_online: bool = False
    rating: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id


def apply(records: Sequence[DossierRecord], seq: int) -> Applied:
    """Insert new dossiers, update known ones when the record is newer.

    A record that is not newer, or that names a one-stop shop that is not there, is
    marked as a duplicate: it changed nothing. Unknown procedures are added by code.
    """
    counters = _counters(records)
    procedures = _procedures(records)
    known = _known(records)
    duplicate = np.ones(len(records), dtype=bool)
    fresh: dict[tuple[str, str], Dossier] = {}
    changed: dict[tuple[str, str], Dossier] = {}
    for index, record in enumerate(records):
        counter_id = counters.get(record.counter)
        row = known.get(record.key) or fresh.get(record.key)
        if counter_id is None or (row and row.updated_at >= record.updated_at):
            continue
        duplicate[index] = False
        if row is None:
            row = fresh[record.key] = Dossier(
                source=record.source, external_id=record.external_id
            )
        elif record.key not in fresh:
            changed[record.key] = row
        _fill(row, record, counter_id, procedures[record.procedure])
    Dossier.objects.bulk_create(fresh.values(), batch_size=5_000)
    if changed:
        Dossier.objects.bulk_update(changed.values(), MUTABLE, batch_size=1_000)
    return Applied(duplicate=duplicate)


def _fill(
    row: Dossier, record: DossierRecord, counter_id: int, procedure_id: int
) -> None:
    row.counter_id = counter_id
    row.procedure_id = procedure_id
    row.status = record.status
    row.received_at = record.received_at
    row.due_at = record.due_at
    row.finished_at = record.finished_at
    row.online = record.online
    row.paid_online = record.paid_online
    row.rating = record.rating
    row.updated_at = record.updated_at


def _counters(records: Iterable[DossierRecord]) -> dict[str, int]:
    codes = {record.counter for record in records}
    rows = ServiceCounter.objects.filter(external_id__in=codes)
    return dict(rows.values_list("external_id", "pk"))


def _procedures(records: Iterable[DossierRecord]) -> dict[str, int]:
    codes = {record.procedure for record in records}
    Procedure.objects.bulk_create(
        [Procedure(code=code, title=code) for code in sorted(codes)],
        ignore_conflicts=True,
    )
    rows = Procedure.objects.filter(code__in=codes)
    return dict(rows.values_list("code", "pk"))


def _known(records: Iterable[DossierRecord]) -> dict[tuple[str, str], Dossier]:
    codes = {record.external_id for record in records}
    rows = Dossier.objects.select_for_update().filter(external_id__in=codes)
    return {(row.source, row.external_id): row for row in rows.order_by("pk")}
