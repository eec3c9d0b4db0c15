"""Counters and columns of the list of stations, on the page and in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from layers.stations.kinds import State

from .listing import ALARM, REVIEW, SORTS, Asked, Row


@dataclass(frozen=True, slots=True)
class Counter:
    """A figure at the head of the list; pressing it filters by ``state``."""

    state: str
    title: str
    number: int
    chosen: bool
    address: str


def counters(asked: Asked, counts: Mapping[str, int]) -> list[Counter]:
    """What wants attention first."""
    titles = {
        State.OVER.value: State.OVER.label,
        State.SILENT.value: State.SILENT.label,
        State.FAULT.value: State.FAULT.label,
        REVIEW: _("Awaiting review"),
        ALARM: _("With open alarms"),
        State.NEAR.value: State.NEAR.label,
        State.OK.value: State.OK.label,
    }
    return [
        Counter(
            state,
            str(title),
            counts.get(state, 0),
            asked.state == state,
            asked.address(state="" if asked.state == state else state),
        )
        for state, title in titles.items()
    ]


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the list; ``direction`` is that of ``aria-sort``."""

    slug: str
    title: str
    direction: str
    address: str
    css: str


def heads(asked: Asked) -> list[Head]:
    """The columns with what pressing their heads asks for."""
    columns = (
        ("state", _("State"), ""), ("name", _("Station"), ""),
        ("kind", _("Kind"), "wide"),
        ("ratio", _("Newest value"), "num"), ("age", _("Age"), "num"),
        ("complete", _("Complete today"), "num"), ("index", _("Index"), "num"),
        ("suspect", _("Awaiting review"), "num wide"), ("alarms", _("Alarms"), "num"),
    )  # fmt: skip
    chosen = asked.sort or "state"
    found = []
    for slug, title, css in columns:
        down = SORTS[slug][1] if not asked.dir else asked.dir == "desc"
        now = slug == chosen
        turned = "asc" if (down if now else not SORTS[slug][1]) else "desc"
        direction = ("descending" if down else "ascending") if now else "none"
        found.append(
            Head(slug, title, direction, asked.address(sort=slug, dir=turned), css)
        )
    return found


def titles() -> list[str]:
    """Heads of the exported table; see :func:`cells`."""
    return [
        _("Station"), _("Code"), _("Kind"), _("Owner"), _("River"), _("State"),
        _("Parameter"), _("Value"), _("Unit"), _("Value against limit"),
        _("Time (UTC+7)"), _("Complete today (%)"), _("Index"), _("Index value"),
        _("Awaiting review"), _("Alarms"),
    ]  # fmt: skip


def cells(row: Row) -> list[Any]:
    local = timezone.localtime(row.at).replace(tzinfo=None) if row.at else None
    share = None if row.complete is None else round(row.complete * 100, 1)
    return [
        row.title, row.code, row.kind_title, row.owner, row.river, row.state_title,
        row.parameter, row.value, row.unit, row.ratio, local, share,
        row.index_kind, row.index, row.suspect, len(row.alarms),
    ]  # fmt: skip
