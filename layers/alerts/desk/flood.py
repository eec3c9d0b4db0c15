"""Floods as the screens show them, from the events that record them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from layers.core.models import Event

from . import watches

BEGAN, ENDED = "flood.began", "flood.ended"
# Without a watch: operators who signed in so lately count as being there.
SHIFT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Flood:
    """A time of more alerts than people can take in; ``until`` None: it lasts."""

    since: datetime
    until: datetime | None


def current() -> Flood | None:
    """The flood that lasts now."""
    last = newest()
    if last is None or last.kind != BEGAN:
        return None
    return Flood(last.happened_at, None)


def newest() -> Event | None:
    """The event that began or ended the newest flood."""
    found: Event | None = _events().order_by("-happened_at", "-id").first()
    return found


def periods(since: datetime, until: datetime) -> list[Flood]:
    """Floods that lasted at some time of the span, oldest first."""
    found: list[Flood] = []
    began: datetime | None = None
    for event in _events().filter(happened_at__lt=until).order_by("happened_at", "id"):
        if event.kind == BEGAN:
            began = began or event.happened_at
        elif began is not None:
            found.append(Flood(began, event.happened_at))
            began = None
    if began is not None:
        found.append(Flood(began, None))
    return [flood for flood in found if flood.until is None or flood.until > since]


def floods(since: datetime, until: datetime) -> dict[str, Any]:
    """The periods of the span and their share of its time (0 to 1)."""
    found = periods(since, until)
    seconds = sum(
        (min(flood.until or until, until) - max(flood.since, since)).total_seconds()
        for flood in found
    )
    return {
        "periods": [{"since": flood.since, "until": flood.until} for flood in found],
        "share": seconds / (until - since).total_seconds(),
    }


def operators(at: datetime | None = None) -> int:
    """How many people share the load: those on watch; without any, operators who
    signed in this shift; at least one."""
    at = at or timezone.now()
    there = len({watch.user_id for watch in watches.now_there(at)})
    if there:
        return there
    signed_in = get_user_model().objects.filter(
        is_active=True, groups__name="operator", last_login__gte=at - SHIFT
    )
    return max(signed_in.count(), 1)


def _events() -> Any:
    return Event.objects.filter(
        layer="alerts", feature_id=None, kind__in=(BEGAN, ENDED)
    )
