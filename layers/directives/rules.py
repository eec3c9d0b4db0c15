"""The life of a directive as tables, and its clocks. Pure: no database, no clock.

Registering with the alerts happens here too, since the app's start looks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DRAFT = "draft"
ISSUED = "issued"
RECEIVED = "received"
RETURNED = "returned"
IN_PROGRESS = "in_progress"
REPORTED = "reported"
CLOSED = "closed"
WITHDRAWN = "withdrawn"
SUSPENDED = "suspended"

STATUSES: tuple[tuple[str, str | Promise], ...] = (
    (DRAFT, _("Draft")),
    (ISSUED, _("Issued")),
    (RECEIVED, _("Received")),
    (RETURNED, _("Returned")),
    (IN_PROGRESS, _("In progress")),
    (REPORTED, _("Reported")),
    (CLOSED, _("Closed")),
    (WITHDRAWN, _("Withdrawn")),
    (SUSPENDED, _("Suspended")),
)
OUTCOMES: tuple[tuple[str, str | Promise], ...] = (
    ("early", _("Early")),
    ("on_time", _("On time")),
    ("late", _("Late")),
)
CLOCKS: tuple[tuple[str, str | Promise], ...] = (
    ("in_time", _("In time")),
    ("due_soon", _("Due soon")),
    ("overdue", _("Overdue")),
    ("stopped", _("Stopped")),
)
# While it has one of these, the directive's clocks run.
RUNNING = frozenset({ISSUED, RECEIVED, RETURNED, IN_PROGRESS})
OPEN = RUNNING | {DRAFT, REPORTED, SUSPENDED}
# Share of the time that is gone when a task counts as due soon.
DUE_SOON = 0.75

# Shares of the time, in %, at which people are told; 200: the legal deadline passed.
WARNINGS = (50, 75, 90, 100)
LEGAL_PASSED = 200

# issuer: who signs; overseer: also who supervises; unit: who carries it out
Party = Literal["issuer", "overseer", "unit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that may be done: by whom, from which states, into which.

    ``text``: what must be written with it. ``to`` None: back to the state before, or
    with ``says`` no other state at all: a word to the units, and nothing else.
    """

    slug: str
    title: str | Promise
    party: Party
    sources: frozenset[str]
    to: str | None
    text: bool = False
    label: str | Promise = ""
    danger: bool = False
    says: bool = False
    one_task: bool = False


def _act(
    slug: str,
    title: Promise,
    party: Party,
    sources: str,
    to: str | None,
    **more: object,
) -> Act:
    return Act(
        slug=slug,
        title=title,
        party=party,
        sources=frozenset(sources.split()),
        to=to,
        **more,  # type: ignore[arg-type]
    )


ACTS: dict[str, Act] = {
    act.slug: act
    for act in (
        _act("issue", _("Sign and issue"), "issuer", "draft returned", ISSUED),
        _act("receive", _("Receive"), "unit", "issued", RECEIVED),
        _act(
            "return",
            _("Return to sender"),
            "unit",
            "issued received",
            RETURNED,
            text=True,
            label=_("Why it is not for this unit"),
            danger=True,
        ),
        _act("start", _("Start work"), "unit", "received", IN_PROGRESS),
        _act(
            "report",
            _("Report done"),
            "unit",
            "received in_progress",
            REPORTED,
            text=True,
            label=_("What was done"),
        ),
        _act(
            "send_back",
            _("Send back for more work"),
            "overseer",
            "reported",
            IN_PROGRESS,
            text=True,
            label=_("What is missing"),
            one_task=True,
        ),
        _act("close", _("Confirm and close"), "overseer", "reported", CLOSED),
        _act(
            "remind",
            _("Remind"),
            "overseer",
            "issued received in_progress",
            None,
            text=True,
            label=_("What to remind of"),
            says=True,
        ),
        _act(
            "ask",
            _("Ask"),
            "overseer",
            "issued received returned in_progress reported",
            None,
            text=True,
            label=_("Question"),
            says=True,
        ),
        _act(
            "suspend",
            _("Suspend"),
            "issuer",
            "issued received in_progress",
            SUSPENDED,
            text=True,
            label=_("Reason"),
        ),
        _act("resume", _("Resume"), "issuer", "suspended", None),
        _act(
            "withdraw",
            _("Withdraw"),
            "issuer",
            "draft issued received returned in_progress suspended",
            WITHDRAWN,
            text=True,
            label=_("Reason"),
            danger=True,
        ),
    )
}

# How far a directive is: that of its least advanced task. A task that waits for a
# step before it counts as little as nothing: what it waits for is less advanced.
_PROGRESS = (RETURNED, ISSUED, RECEIVED, IN_PROGRESS, REPORTED, CLOSED)


def status_of(tasks: list[str]) -> str:
    """The status of a directive whose tasks have these states (at least one)."""
    begun = [status for status in tasks if status in _PROGRESS]
    return min(begun, key=_PROGRESS.index) if begun else DRAFT


WORST = ("overdue", "due_soon", "in_time", "stopped")
_LATEST = ("late", "on_time", "early", "")


def worst_clock(clocks: list[str]) -> str:
    """The clock of a directive whose tasks have these."""
    return min(clocks, key=WORST.index, default="stopped")


def worst_outcome(outcomes: list[str]) -> str:
    """How a directive came whose tasks came like these; "" when nothing came."""
    return min(outcomes, key=_LATEST.index, default="")


def share_at(minutes: float, deadline: datetime, now: datetime) -> float:
    """Share of a time of ``minutes`` to ``deadline`` that is gone, in % (from 0; over
    100 after it). What a clock stood still has moved the deadline, so it is not
    gone."""
    if minutes <= 0:
        return 100.0 if now >= deadline else 0.0
    left = (deadline - now).total_seconds() / 60
    return max(0.0, 100 * (1 - left / minutes))


def moment_of(share: int, minutes: float, deadline: datetime) -> datetime:
    """When ``share`` % of the time to the deadline were gone."""
    return deadline - timedelta(minutes=minutes * (1 - share / 100))


def outcome_of(
    done_at: datetime, needed_by: datetime | None, deadline: datetime | None
) -> str:
    """How the report came: late after the legal deadline; early when also before
    it was needed; else on time."""
    if deadline is not None and done_at > deadline:
        return "late"
    if needed_by is not None and done_at <= needed_by:
        return "early"
    return "on_time"
