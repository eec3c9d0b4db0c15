"""Who is told over which channels, and when: rules without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .contract import Outlet, Person
from .notices import SEVERITIES

IN_APP = "inapp"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person prefers; see ``Preference``."""

    channels: tuple[str, ...] = ()
    floor: str = ""
    quiet_from: time | None = None
    quiet_to: time | None = None
    quiet_days: frozenset[int] = frozenset()
    off_duty: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One delivery. ``held_until`` None: at once. No channel: nobody can be reached."""

    channel: str
    address: str = ""
    held_until: datetime | None = None
    fallback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the plan depends on beside the person."""

    now: datetime
    zone: ZoneInfo
    severity: str = ""
    urgent: bool = False
    channels: tuple[str, ...] = ()


def quiet_until(wishes: Wishes, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the quiet hours that hold now, or None.

    They begin on a quiet day and end at the first ``quiet_to`` after that: equal times
    are a whole day.
    """
    if wishes.quiet_from is None or wishes.quiet_to is None:
        return None
    today = now.astimezone(zone).date()
    over_midnight = wishes.quiet_to <= wishes.quiet_from
    for day in (today - timedelta(days=1), today):
        if wishes.quiet_days and day.isoweekday() not in wishes.quiet_days:
            continue
        last = day + timedelta(days=1) if over_midnight else day
        begins = datetime.combine(day, wishes.quiet_from, zone)
        ends = datetime.combine(last, wishes.quiet_to, zone)
        if begins <= now < ends:
            return ends
    return None


def below(severity: str, floor: str) -> bool:
    """Whether a severity is less than the least that a person wants to be told of."""
    if severity not in SEVERITIES or floor not in SEVERITIES:
        return False
    return SEVERITIES.index(severity) > SEVERITIES.index(floor)


def plan(
    person: Person,
    wishes: Wishes,
    outlets: Mapping[str, Outlet],
    occasion: Occasion,
    on_duty: bool | None = None,
) -> list[Planned]:
    """The deliveries for one person; the message centre always has the message."""
    inbox = [Planned(IN_APP)] if person.user_id is not None else []
    loud = _loud(person, wishes, outlets, occasion, on_duty)
    if not inbox and not loud:
        return [Planned("")]
    return inbox + loud


def _loud(
    person: Person,
    wishes: Wishes,
    outlets: Mapping[str, Outlet],
    occasion: Occasion,
    on_duty: bool | None,
) -> list[Planned]:
    """What makes a noise in a pocket."""
    if set(occasion.channels) == {IN_APP}:
        return []
    if not occasion.urgent and below(occasion.severity, wishes.floor):
        return []
    addresses = _addresses(person, outlets)
    liked = [slug for slug in wishes.channels if slug in addresses]
    order = liked or list(addresses)
    chosen = [s for s in addresses if _named(outlets[s], occasion.channels)]
    if on_duty is False and not occasion.urgent and wishes.off_duty in addresses:
        chosen, order = [wishes.off_duty], [wishes.off_duty]
    if not chosen:
        chosen = order[:1]
    rest = tuple(slug for slug in order if slug not in chosen)
    held = None if occasion.urgent else quiet_until(wishes, occasion.now, occasion.zone)
    return [Planned(slug, addresses[slug], held, rest) for slug in chosen]


def _addresses(person: Person, outlets: Mapping[str, Outlet]) -> dict[str, str]:
    """Where the person can be reached, by channel, in the channels' order."""
    found = {}
    for slug, outlet in outlets.items():
        if slug == IN_APP or outlet.kind.broadcast:
            continue
        if address := outlet.kind.address(person):
            found[slug] = address
    return found


def _named(outlet: Outlet, channels: Sequence[str]) -> bool:
    return outlet.slug in channels or outlet.kind.slug in channels
