"""Publishing figures: facts in, the newest of each series kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Max

from layers.core.versions import begin_change

from .models import Fact

SLUG = "indicators"
BATCH = 5_000
_REFRESH = (Path(__file__).parent / "sql" / "refresh_latest.sql").read_text()

Series = tuple[int, int, str]


@transaction.atomic
def publish(facts: Iterable[Fact]) -> int:
    """Append facts; those published before are left as they are.

    Returns how many were new. Units and indicators must exist.
    """
    begin_change(SLUG)
    rows = list(facts)
    # the layer's writer lock is ours: higher ids are the rows added here
    last = Fact.objects.aggregate(last=Max("pk"))["last"] or 0
    Fact.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    refresh({(row.indicator_id, row.unit_id or 0, row.facet) for row in rows})
    return Fact.objects.filter(pk__gt=last).count()


def refresh(series: Iterable[Series]) -> None:
    """Point each (indicator id, unit id, part) to its newest fact."""
    columns = list(zip(*sorted(series), strict=True))
    if not columns:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(column) for column in columns])
