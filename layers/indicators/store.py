"""Writing facts: append, point to the newest, take a load back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from django.db import connection
from django.db.models import F, Max
from django.utils import timezone
from psycopg import sql

from layers.core.db import execute

from .models import Fact, Latest, Load, Withdrawn

SQL = Path(__file__).parent / "sql"
_REFRESH = (SQL / "refresh_latest.sql").read_text()
_WITHDRAW = (SQL / "withdraw.sql").read_text()

# one of the transaction's own; without the columns' rules, as the id comes later
_ARRIVING = (
    "CREATE TEMP TABLE indicators_arriving AS TABLE indicators_fact WITH NO DATA"
)

# indicator id, unit id, facet
Series = tuple[int, int, str]


def append(facts: Sequence[Fact]) -> list[Fact]:
    """Insert facts and refresh the newest of their series; those that are new come
    back, with their ids. One that was published before is left as it is.

    Call it inside a transaction that holds the layer's writer lock.
    """
    # the layer's writer lock is ours: higher ids are the rows added here
    last = Fact.objects.aggregate(last=Max("pk"))["last"] or 0
    _insert(facts)
    refresh({series(fact) for fact in facts})
    fresh = list(Fact.objects.filter(pk__gt=last).order_by("pk"))
    for load_id, count in Counter(fact.load_id for fact in fresh).items():
        Load.objects.filter(pk=load_id).update(facts=F("facts") + count)
    return fresh


def _insert(facts: Sequence[Fact]) -> None:
    """By COPY: a file of 100,000 lines takes seconds, not half a minute."""
    columns = [field for field in Fact._meta.concrete_fields if not field.primary_key]
    names = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in columns)
    copy = sql.SQL("COPY indicators_arriving ({}) FROM STDIN").format(names)
    insert = sql.SQL(
        "INSERT INTO indicators_fact ({names}) SELECT {names} FROM indicators_arriving"
        " ON CONFLICT DO NOTHING"
    ).format(names=names)
    now = timezone.now()
    for fact in facts:
        fact.created_at = now
    values = attrgetter(*(field.attname for field in columns))
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVING)
        with cursor.cursor.copy(copy) as lines:  # type: ignore[attr-defined]
            for fact in facts:
                lines.write_row(values(fact))
        execute(cursor, insert)
        cursor.execute("DROP TABLE indicators_arriving")


def series(fact: Fact | Withdrawn) -> Series:
    return fact.indicator_id, fact.unit_id, fact.facet


def refresh(touched: Iterable[Series]) -> None:
    """Point each series to its newest fact; one without facts is forgotten."""
    columns = list(zip(*sorted(set(touched)), strict=True))
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, [list(column) for column in columns])


def retract(ids: Collection[int]) -> list[Withdrawn]:
    """Take facts back; they stay readable under their ids.

    Call it inside a transaction that holds the layer's writer lock.
    """
    listed = sorted(ids)
    Latest.objects.filter(fact__in=listed).delete()
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, [listed])
    gone = list(Withdrawn.objects.filter(pk__in=listed).order_by("pk"))
    refresh({series(fact) for fact in gone})
    return gone


def withdraw(load: Load, *, by_id: int | None, reason: str) -> list[Withdrawn]:
    """Take the facts of a load back as one.

    Call it inside a transaction that holds the layer's writer lock.
    """
    ids = Fact.objects.filter(load=load).values_list("pk", flat=True)
    gone = retract(list(ids))
    now: datetime = timezone.now()
    load.withdrawn_at, load.withdrawn_by_id = now, by_id
    load.withdrawn_reason = reason[:300]
    load.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_reason"])
    return gone
