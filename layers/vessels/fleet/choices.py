"""The filters and the columns of the fleet list, as its page offers them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from layers.core.scope import Grant
from layers.vessels.layer import CLASSES, STEPS

from . import board
from .asked import NONE, Asked
from .listing import SORTS, Order

Text = str | Promise
STATES: tuple[tuple[str, Text], ...] = (
    ("in_port", _("In port")),
    ("at_sea", _("At sea")),
    ("silent", _("Silent")),
    ("beyond", _("Beyond the line")),
    ("unknown", _("Not located")),
)
LENGTHS: tuple[tuple[str, Text], ...] = (
    ("under_12", _("under 12 m")),
    ("12_15", _("12 to 15 m")),
    ("15_24", _("15 to 24 m")),
    ("over_24", _("24 m and more")),
)
PAPERS: tuple[tuple[str, Text], ...] = (
    ("licence_expired", _("Licence expired")),
    ("licence_soon", _("Licence expires within 30 days")),
    ("inspection_expired", _("Inspection expired")),
    ("inspection_soon", _("Inspection expires within 30 days")),
)
REGISTER: tuple[tuple[str, Text], ...] = (
    ("all", _("Strangers too")),
    ("missing", _("Missing from the register")),
)
COLUMNS: tuple[tuple[str, Text, str], ...] = (
    ("name", pgettext_lazy("list", "Vessel"), ""),
    ("urgency", _("Duty to report"), ""),
    ("heard", _("Last VMS report"), ""),
    ("due", _("Next due"), ""),
    ("seen", _("Where"), "wide"),
    ("length", _("Length (m)"), "num wide"),
    ("port", _("Home port"), "wide"),
    ("provider", _("VMS provider"), "wider"),
    ("licence", _("Licence until"), "wider"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One selection. ``any``: what it says when nothing is chosen."""

    name: str
    any: Text
    value: str
    choices: list[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading. ``state``: as ``aria-sort`` says it, "" where it is not sorted by."""

    title: Text
    address: str
    state: str
    style: str


def filters(asked: Asked, grant: Grant) -> list[Filter]:
    """What may be chosen; values that no vessel has are not offered."""
    there = board.choices(grant)
    titles = dict(CLASSES)

    def named(name: str) -> list[tuple[str, Text]]:
        return [
            (value, _("none") if value == NONE else f"{titles.get(value, value)}")
            for value, _number in there[name]
        ]

    return [
        Filter("state", _("Everywhere"), asked.state, list(STATES)),
        Filter("step", _("Every step"), asked.step, list(STEPS)),
        Filter("kind", _("Every class"), asked.kind, named("kind")),
        Filter("length", _("Every length"), asked.length, list(LENGTHS)),
        Filter("port", _("Every home port"), asked.port, named("port")),
        Filter("gear", _("Every gear"), asked.gear, named("gear")),
        Filter("provider", _("Every provider"), asked.provider, named("provider")),
        Filter("papers", _("Papers"), asked.papers, list(PAPERS)),
        Filter("register", _("The register"), asked.register, list(REGISTER)),
    ]


def sorts(asked: Asked, order: Order) -> list[Column]:
    """The headings; pressed again they turn the order round."""
    found = []
    for sort, title, style in COLUMNS:
        mine = order.sort == sort
        down = not order.down if mine else SORTS[sort][2]
        how = {"sort": sort, "dir": "desc" if down else "asc"}
        state = ("descending" if order.down else "ascending") if mine else ""
        found.append(Column(title, urlencode({**asked.values, **how}), state, style))
    return found
