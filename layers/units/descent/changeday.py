"""The day units change: what belongs to them goes on with their successors.

A set of units that was switched for a future day takes effect at midnight of that day
in the province. What was done for a unit is its event ``units.changed`` of that day,
so a second run changes nothing, and units whose lineage comes in later are found.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from layers.core import events, units
from layers.core.events import Happening
from layers.core.models import Event
from layers.core.units import Descent
from layers.units.layer import LAYER
from layers.units.models import Lineage, Unit

CHANGED = "units.changed"
# Any number that nothing else locks by: two runs at once would do the work twice.
LOCK = 380_701


def heirs(day: date) -> dict[int, list[Descent]]:
    """The units whose last day was the one before, with their successors, the one
    with most people first."""
    found: dict[int, list[Descent]] = defaultdict(list)
    lines = Lineage.objects.filter(old__valid_to=day - timedelta(days=1))
    for line in lines.order_by("old_id", "-share_people", "-share_area", "new_id"):
        found[line.old_id].append(
            Descent(
                line.old_id,
                line.new_id,
                line.share_people,
                line.share_area,
                line.basis,
            )
        )
    return dict(found)


@transaction.atomic
def run(day: date) -> dict[str, int]:
    """Let everything follow that belonged to units that ended the day before; rows
    moved, by follower. Run again it moves only what was left behind since.

    Raises ValueError for a day that has not come yet.
    """
    if day > timezone.localdate():
        raise ValueError(f"{day} has not come yet")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = heirs(day)
    if not found:
        return {}
    # whoever switched the units did so a moment ago, perhaps in this transaction
    units.tree.forget()  # type: ignore[attr-defined]
    units.lineage.forget()  # type: ignore[attr-defined]
    moved = {
        follower.slug: follower.run(day, found) for follower in units.followers.values()
    }
    _record(day, found)
    return moved


def due(today: date) -> list[date]:
    """Days until ``today`` with a unit that ended before them and has successors but
    no event of the change, in order."""
    ended = Unit.objects.filter(valid_to__lt=today, successors__isnull=False)
    firsts = {
        pk: last + timedelta(days=1)
        for pk, last in ended.values_list("pk", "valid_to").distinct()
        if last is not None
    }
    wanted = {_key(pk, day): day for pk, day in firsts.items()}
    told = Event.objects.filter(key__in=wanted).values_list("key", flat=True)
    for key in told:
        del wanted[key]
    return sorted(set(wanted.values()))


def run_due(today: date | None = None) -> dict[date, dict[str, int]]:
    """Run every day that is due, each in a transaction of its own."""
    return {day: run(day) for day in due(today or timezone.localdate())}


def _key(unit_id: int, day: date) -> str:
    return f"{CHANGED}:{unit_id}:{day}"


def _record(day: date, found: dict[int, list[Descent]]) -> None:
    at = timezone.make_aware(datetime.combine(day, time.min))
    decrees = dict(
        Lineage.objects.filter(old__in=list(found))
        .values_list("old_id")
        .annotate(decree=Max("decree"))
    )
    olds = Unit.objects.in_bulk(list(found))
    events.record(
        _happening(olds[unit_id], day, lines, decrees.get(unit_id, ""), at)
        for unit_id, lines in sorted(found.items())
    )


def _happening(
    unit: Unit, day: date, lines: list[Descent], decree: str, at: datetime
) -> Happening:
    tree = units.tree()
    new: list[dict[str, Any]] = [
        {
            "unit": line.new_id,
            "title": tree.title(line.new_id),
            "share_people": line.share_people,
            "share_area": line.share_area,
        }
        for line in lines
    ]
    return Happening(
        key=_key(unit.pk, day),
        kind=CHANGED,
        layer=LAYER.slug,
        feature_id=unit.pk,
        title=unit.title,
        unit_id=unit.pk,
        lon=unit.seat.x if unit.seat else None,
        lat=unit.seat.y if unit.seat else None,
        old={"unit": unit.pk, "code": unit.code, "title": unit.title},
        new={"units": new},
        reason=decree,
        happened_at=at,
    )
