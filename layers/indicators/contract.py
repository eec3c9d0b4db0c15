"""What the parts of this layer hand to each other, and pages and files are made of.

Pure data. ``Figure`` is a value with all that must stand beside it; ``Verdict`` how
it is judged; ``Line`` one indicator of one unit; ``Area`` one unit on a choropleth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Status = Literal["green", "amber", "red"]
# Why a verdict is to be read with care (texts: judging.CAUTIONS).
Caution = Literal["small_base", "near_doubling"]
# own: a fact of that unit. rolled_up: from its parts. recast: from forerunners or
# successors by lineage weights. computed: by the indicator's formula when read.
How = Literal["own", "rolled_up", "recast", "computed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An input of a figure that was not published as such: ``value`` of ``unit_id``
    counted with ``weight`` (a share of people or area, 0 to 1; or a denominator)."""

    code: str
    unit_id: int
    fact_id: int | None
    value: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with unit, period, vintage and origin.

    ``how`` other than ``own`` is an estimate and is shown as one, with ``parts``;
    ``coverage`` says what share of the weights had a value (0 to 1). ``fact_id`` and
    ``load_id`` are None for a figure that was made when it was read.
    """

    code: str
    unit_id: int
    facet: str
    value: float
    measure: str
    start: date
    end: date
    vintage: int
    basis: int
    published_at: datetime
    fact_id: int | None
    load_id: int | None
    note: str = ""
    how: How = "own"
    coverage: float = 1.0
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The band a figure lies in. ``band`` is the text that held (``<95``),
    ``against`` the number it was compared with where the band names a plan, a
    period or a place, ``basis`` what that is (``plan``, ``pro-rata``, ``yoy``,
    ``national``, ``history``; "" for a plain number). ``cautions`` say why it is to
    be read with care (:data:`.judging.CAUTIONS`)."""

    status: Status
    band: str
    against: float | None = None
    basis: str = ""
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator of one unit, as drawers, tiles and briefings show it.

    ``figure`` None: missing, and shown as missing. ``plan_share`` is value / plan
    (of the pace, where the indicator accumulates), ``change`` the difference to
    ``same_period`` in per cent of it (in points where the measure is %). ``mean`` is
    over the units of the same level, ``rank`` 1 is best by the direction.
    ``before`` is the verdict on the figure before this one; a red one whose
    predecessor was not has turned red. ``trend`` are (last day, value) of periods of
    the same length, oldest first.
    """

    code: str
    facet: str
    figure: Figure | None
    verdict: Verdict | None = None
    before: Verdict | None = None
    plan: Figure | None = None
    plan_share: float | None = None
    same_period: Figure | None = None
    change: float | None = None
    mean: float | None = None
    rank: int | None = None
    of: int = 0
    trend: tuple[tuple[date, float], ...] = ()

    @property
    def turned_red(self) -> bool:
        red = self.verdict is not None and self.verdict.status == "red"
        return red and (self.before is None or self.before.status != "red")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One unit on a choropleth. ``place`` is the index of its class, None without a
    figure; ``rank`` 1 is best by the direction (largest where there is none)."""

    unit_id: int
    code: str
    title: str
    figure: Figure | None
    verdict: Verdict | None
    place: int | None
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBreak:
    """A class of a choropleth: ``low`` ≤ value < ``high`` (the last one includes
    it); None is open. ``status`` where classes are the indicator's bands."""

    low: float | None
    high: float | None
    dark: str
    light: str
    label: str
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choropleth:
    """An indicator over the units of a level. ``units_on`` is the day whose units
    are drawn (tiles: ``at`` that day), ``date`` the day the figures are of."""

    code: str
    facet: str
    kind: str
    units_on: date
    date: date
    known: datetime | None
    areas: tuple[Area, ...]
    classes: tuple[ClassBreak, ...]
    method: str
    mean: float | None
    total: float | None
    province: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a figure came from: the load, and the place in its file or message.

    ``upload_id`` or ``feed`` and ``batch_id`` lead to the bytes as they came;
    ``who`` published it by name, ``source`` is the document or agency it cites.
    """

    load_id: int
    channel: str
    title: str
    source: str
    who: str
    at: datetime
    upload_id: int | None = None
    feed: str = ""
    batch_id: int | None = None
    row: int | None = None
    cell: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One publication of a figure, with where it came from; taken back or not."""

    figure: Figure
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """All that is known of one figure.

    ``versions`` are every publication of the same period, the plan's too, oldest
    first, those that were withdrawn among them. ``inputs`` are the facts that a
    computed figure was made from (those the caller may see; ``hidden`` counts the
    others). ``arrived`` is when this system received it.
    """

    figure: Figure
    origin: Origin
    verdict: Verdict | None
    arrived: datetime
    formula: str
    inputs: tuple[Version, ...]
    hidden: int
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A unit at two dates. ``change`` is second minus first in the unit of measure,
    ``change_pct`` in per cent of the first (None where that is 0 or the measure is
    itself a per cent: then ``change`` is in points)."""

    unit_id: int
    code: str
    title: str
    first: Figure | None
    second: Figure | None
    change: float | None
    change_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One indicator of some units at two dates; ``date_b`` None: at one date."""

    code: str
    facet: str
    date_a: date | None
    date_b: date | None
    units: tuple[Compared, ...]
