"""What the pages of the register are asked: period, filters, and the part behind a
figure, as it stands in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from layers.core import units
from layers.core.scope import Grant

from .entries import begin_of

PAGE = 100
_ANY: dict[str, Any] = {
    "parts": None,
    "least": None,
    "most": None,
    "extended": False,
    "late_entry": False,
}


def _ages(part: str) -> dict[str, dict[str, Any]]:
    spans = {"5": (None, 5), "15": (6, 15), "30": (16, 30), "more": (31, None)}
    return {
        f"{part}_{name}": {"parts": [part], "least": least, "most": most}
        for name, (least, most) in spans.items()
    }


# The parts that figures count, with the condition of their list.
PARTS: dict[str, dict[str, Any]] = {
    "received": {},
    "early": {"parts": ["early"]},
    "on_time": {"parts": ["on_time"]},
    "late": {"parts": ["late"]},
    "in_time": {"parts": ["in_time"]},
    "overdue": {"parts": ["overdue"]},
    "behind": {"parts": ["late", "overdue"]},
    "reported": {"parts": ["early", "on_time", "late"]},
    "extensions": {"extended": True},
    "late_entry": {"late_entry": True},
    **_ages("overdue"),
    **_ages("late"),
}
TITLES = {
    "received": _("All tasks"),
    "early": _("Done early"),
    "on_time": _("Done on time"),
    "late": _("Done late"),
    "in_time": _("Open, in time"),
    "overdue": _("Open, overdue"),
    "behind": _("Late or overdue"),
    "reported": _("Done"),
    "extensions": _("Asked for more time"),
    "late_entry": _("Entered late in the register of the province"),
    "overdue_5": _("Open, overdue 1-5 days"),
    "overdue_15": _("Open, overdue 6-15 days"),
    "overdue_30": _("Open, overdue 16-30 days"),
    "overdue_more": _("Open, overdue more than 30 days"),
    "late_5": _("Done 1-5 days late"),
    "late_15": _("Done 6-15 days late"),
    "late_30": _("Done 16-30 days late"),
    "late_more": _("Done more than 30 days late"),
}
KINDS = (("actual", _("Without exercises")), ("exercise", _("Exercises only")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Both days belong to the period. ``unit``: it and what lies below it."""

    since: date
    until: date
    unit: int | None = None
    status: str = ""
    playbook: str = ""
    severity: str = ""
    kind: str = ""
    part: str = "received"
    step: int | None = None
    by_hand: bool = False
    page: int = 1

    def values(self, grant: Grant, now: datetime) -> dict[str, Any]:
        """What the SQL binds; units None: every one."""
        seen = grant.units
        if self.unit is not None:
            below = units.tree().expand([self.unit])
            seen = below if seen is None else below & seen
        return {
            "now": now,
            "since": begin_of(self.since),
            "until": begin_of(self.until + timedelta(days=1)),
            "units": None if seen is None else sorted(seen),
            "status": self.status,
            "playbook": self.playbook,
            "severity": self.severity,
            "kind": self.kind,
            "step": self.step,
            "by_hand": self.by_hand,
            **_ANY,
            **PARTS[self.part],
        }

    def query(self, **changed: Any) -> str:
        """The address of the same question with other parts."""
        own = {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "unit": self.unit,
            "status": self.status,
            "playbook": self.playbook,
            "severity": self.severity,
            "kind": self.kind or "all",
        }
        given = {**own, **changed}
        return urlencode({k: v for k, v in given.items() if v not in (None, "")})


def asked_of(given: Mapping[str, str], today: date | None = None) -> Asked:
    """The question of an address; what makes no sense in it is left out."""
    today = today or timezone.localdate()
    since = _day(given.get("since", "")) or date(today.year, 1, 1)
    until = _day(given.get("until", "")) or today
    kind = given.get("kind", "all" if settings.IOC_DEMO else "actual")
    part = given.get("part", "")
    return Asked(
        since=min(since, until),
        until=max(since, until),
        unit=_number(given.get("unit", "")),
        status=given.get("status", "")[:12],
        playbook=given.get("playbook", "")[:60],
        severity=given.get("severity", "")[:8],
        kind=kind if kind in dict(KINDS) else "",
        part=part if part in PARTS else "received",
        step=_number(given.get("step", "")),
        by_hand=given.get("by_hand") == "1",
        page=max(_number(given.get("page", "")) or 1, 1),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
