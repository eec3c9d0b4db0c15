"""Writing facts: append, point to the newest, take a load back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.models import F, Max
from django.utils import timezone

from .models import Fact, Latest, Load, Withdrawn

BATCH = 5_000
SQL = Path(__file__).parent / "sql"
_REFRESH = (SQL / "refresh_latest.sql").read_text()
_WITHDRAW = (SQL / "withdraw.sql").read_text()

# indicator id, unit id, facet
Series = tuple[int, int, str]


def append(facts: Sequence[Fact]) -> list[Fact]:
    """Insert facts and refresh the newest of their series; those that are new come
    back, with their ids. One that was published before is left as it is.

    Call it inside a transaction that holds the layer's writer lock.
    """
    # the layer's writer lock is ours: higher ids are the rows added here
    last = Fact.objects.aggregate(last=Max("pk"))["last"] or 0
    Fact.objects.bulk_create(facts, batch_size=BATCH, ignore_conflicts=True)
    refresh({series(fact) for fact in facts})
    fresh = list(Fact.objects.filter(pk__gt=last).order_by("pk"))
    for load_id in {fact.load_id for fact in fresh}:
        count = sum(fact.load_id == load_id for fact in fresh)
        Load.objects.filter(pk=load_id).update(facts=F("facts") + count)
    return fresh


def series(fact: Fact | Withdrawn) -> Series:
    return fact.indicator_id, fact.unit_id, fact.facet


def refresh(touched: Iterable[Series]) -> None:
    """Point each series to its newest fact; one without facts is forgotten."""
    columns = list(zip(*sorted(set(touched)), strict=True))
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, [list(column) for column in columns])


def withdraw(load: Load, *, by_id: int | None, reason: str) -> list[Withdrawn]:
    """Take the facts of a load back; they stay readable under their ids.

    Call it inside a transaction that holds the layer's writer lock.
    """
    now: datetime = timezone.now()
    touched = set(
        Fact.objects.filter(load=load)
        .values_list("indicator_id", "unit_id", "facet")
        .distinct()
    )
    Latest.objects.filter(fact__load=load).delete()
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, [load.pk])
    load.withdrawn_at, load.withdrawn_by_id = now, by_id
    load.withdrawn_reason = reason[:300]
    load.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_reason"])
    refresh(touched)
    return list(Withdrawn.objects.filter(load=load))
