"""Alarm load: how much the alerts ask of the people on the desk.

Measures and aims as in EEMUA 191 and ISA-18.2 / IEC 62682: one call per operator in
ten minutes is acceptable, two the most that can be managed, more than ten a flood
that ends below five; floods under 1 % of the time; the ten worst sources under 5 % of
the load; fewer than five stale alerts; none chattering; severities about 80 % low,
15 % medium, 5 % high, and under 1 % critical.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from layers.alerts.models import SEVERITY_ORDER
from layers.core.scope import Grant

from . import account, flood, watches

WINDOW = timedelta(minutes=10)
GOOD, MOST, FLOOD = 1, 2, 10
# Shares to aim at, in percent (ISA-18.2, four priorities).
AIMS = {"critical": 1, "high": 5, "medium": 15, "low": 80}
AIM_FLOOD_SHARE = 0.01
AIM_WORST_SHARE = 0.05
AIM_STALE = 5
STALE = timedelta(hours=24)
DAYS = 30


def level(per_operator: float) -> str:
    """``good`` up to 1, ``most`` up to 2, ``high`` up to 10, then ``flood``."""
    if per_operator > FLOOD:
        return "flood"
    if per_operator > MOST:
        return "high"
    return "most" if per_operator > GOOD else "good"


@dataclass(frozen=True, slots=True)
class Load:
    """Calls of ten minutes, and the operators on the desk (at least one)."""

    alerts: int
    operators: int

    @property
    def per_operator(self) -> float:
        return round(self.alerts / max(self.operators, 1), 1)

    @property
    def level(self) -> str:
        return level(self.per_operator)


def now(grant: Grant) -> Load:
    """The last ten minutes."""
    until = timezone.now()
    rang = account.speed(grant, until - WINDOW, until + timedelta(seconds=1))["rang"]
    return Load(rang, flood.operators(until))


def bins(grant: Grant, until: datetime, hours: int = 24) -> list[dict[str, Any]]:
    """The last hours in spans of ten minutes on the clock, the running one last.
    ``per_operator`` is None where nobody was on watch (``level`` unwatched)."""
    end = _next_ten(until)
    found = account.ask(
        account.BINS,
        grant,
        since=end - timedelta(hours=hours),
        until=end,
        overtime=watches.OVERTIME,
    )
    for row in found:
        if not row["operators"]:
            # nobody was there to answer: a figure per operator would mean nothing
            row["per_operator"], row["level"] = None, "unwatched"
            continue
        counted = Load(row["rang"], row["operators"])
        row["per_operator"], row["level"] = counted.per_operator, counted.level
    return found


def _next_ten(at: datetime) -> datetime:
    start = at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)
    return start + WINDOW


def full(grant: Grant, until: datetime | None = None) -> dict[str, Any]:
    """Everything that the load page shows; times are ``datetime``."""
    until = until or timezone.now()
    since, end = until - timedelta(days=DAYS), until + timedelta(seconds=1)
    live = now(grant)
    speed = account.speed(grant, since, end)
    worst = account.worst(grant, since, end)
    chatter = account.ask(account.CHATTER, grant, since=since, until=end)
    stale = account.ask(account.STALE, grant, before=until - STALE)
    return {
        "at": until,
        "days": DAYS,
        "alerts": live.alerts,
        "operators": live.operators,
        "per_operator": live.per_operator,
        "level": live.level,
        "minutes": 10,
        "aims": {"good": GOOD, "most": MOST, "flood": FLOOD},
        "on_duty": [str(watch.user) for watch in watches.now_there(until)],
        "bins": bins(grant, until),
        "floods": flood.floods(since, until),
        "worst": worst,
        "worst_share": sum(row["share"] for row in worst),
        "stale": stale,
        "stale_count": stale[0]["of_all"] if stale else 0,
        "chattering": [row for row in chatter if row["chattering"]],
        "fleeting": [row for row in chatter if row["fleeting"]],
        "severities": severities(speed),
        "speed": speed,
        "per_day": round(speed["rang"] / DAYS, 1),
        "rules": account.ask(account.RULES, grant, since=since, until=end),
        "by_day": account.ask(
            account.DAYS, grant, since=since, until=end, zone=settings.TIME_ZONE
        ),
    }


def severities(speed: dict[str, Any]) -> list[dict[str, Any]]:
    """The shares of the severities beside what they should be, in percent."""
    return [
        {
            "severity": name,
            "rang": speed[name],
            "percent": round(100 * speed[name] / speed["rang"], 1)
            if speed["rang"]
            else None,
            "aim": AIMS[name],
        }
        for name in SEVERITY_ORDER
    ]
