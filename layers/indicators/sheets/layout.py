"""The two layouts of a file of figures, and the template of a set."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.core import units
from layers.core.scope import Grant
from layers.core.uploads.contract import CellKind, Column, Option, Table
from layers.indicators import spans, wording
from layers.indicators.entries import COUNTS
from layers.indicators.models import Indicator, IndicatorSet, Rollup, SetMember, Vintage

WIDE, LONG = "wide", "long"
PLAN = ".plan"
MEASURED = tuple((v.name.lower(), v.label) for v in Vintage if v > Vintage.PLAN)
VINTAGES = tuple((v.name.lower(), v.label) for v in Vintage)
LEVELS = (
    ("province", _("Province")),
    ("district", _("Area (former district)")),
    ("commune", _("Commune or ward")),
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_QUARTER = re.compile(r"Q([1-4])[/.-](\d{4})", re.IGNORECASE)

PERIOD = Column(
    name="period",
    title=_("Period"),
    help=_("2024, 2024-H1, 2024-Q3, 2024-11, 2024-01..11, 2024-11-22"),
    width=12,
)
VINTAGE = Column(name="vintage", title=_("Vintage"), kind="choice", choices=MEASURED)


@dataclass(frozen=True, slots=True)
class Place:
    """What a column of the wide table holds."""

    indicator: Indicator
    facet: str
    plan: bool


def options(grant: Grant) -> tuple[Option, ...]:
    """What a template is of."""
    sets = [(entry.slug, str(entry)) for entry in IndicatorSet.objects.all()]
    return (
        Option(
            name="set",
            title=_("Set of indicators"),
            choices=(("", gettext("Long table: one figure a row")), *sets),
            required=False,
        ),
        Option(
            name="period",
            title=_("Period"),
            default=str(timezone.localdate().year - 1),
            help=PERIOD.help,
            required=False,
        ),
        Option(
            name="vintage", title=_("Vintage"), choices=MEASURED,
            default="preliminary",
        ),
        Option(
            name="plan",
            title=_("Columns for plans"),
            choices=(("no", _("No")), ("yes", _("Yes"))),
            default="no",
        ),
    )  # fmt: skip


def parse_period(text: str) -> spans.Span:
    """As :func:`spans.parse`, and 3/2024 and Q3/2024 as people write them. Raises
    ValueError."""
    if found := _MONTH.fullmatch(text.strip()):
        text = f"{found.group(2)}-{int(found.group(1)):02d}"
    elif found := _QUARTER.fullmatch(text.strip()):
        text = f"{found.group(2)}-Q{found.group(1)}"
    return spans.parse(text)


def tables(chosen: Mapping[str, str], grant: Grant) -> list[Table]:
    """The wide table of the chosen set, if any, then the long one."""
    slug = chosen.get("set", "")
    found = IndicatorSet.objects.filter(slug=slug).first() if slug else None
    wide = [wide_table(found, chosen, grant)] if found else []
    return [*wide, long_table()]


def members(found: IndicatorSet) -> list[SetMember]:
    """The columns of a set; what is computed is not reported."""
    rows = found.members.select_related("indicator").order_by("order", "pk")
    return [row for row in rows if not row.indicator.formula]


def places(found: IndicatorSet, *, plan: bool) -> dict[str, Place]:
    """Column name -> what it holds, in the order of the set."""
    listed: dict[str, Place] = {}
    for member in members(found):
        code = member.indicator.code
        name = f"{code}:{member.facet}" if member.facet else code
        listed[name] = Place(member.indicator, member.facet, False)
        if plan:
            listed[name + PLAN] = Place(member.indicator, member.facet, True)
    return listed


def version(found: IndicatorSet) -> str:
    """Changes when a column of the set or its unit of measure does."""
    lines = [f"{m.indicator.code}|{m.facet}|{m.indicator.unit}" for m in members(found)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def bounds(indicator: Indicator) -> tuple[CellKind, float | None, float | None]:
    """Kind of number, lowest and highest value that can be.

    A weighted mean in per cent is a share, so 0 to 100, unless its bands speak of
    more (bed occupancy); growth may be anything.
    """
    measure = indicator.unit.strip()
    if measure == "%" and indicator.rollup == Rollup.WEIGHTED:
        bands = f"{indicator.green} {indicator.amber} {indicator.red}"
        beyond = any(float(text) > 100 for text in _NUMBER.findall(bands))
        return "percent", 0, 1000 if beyond else 100
    if measure.startswith("%"):
        return "percent", -1000, 1000
    if measure in COUNTS:
        whole = indicator.decimals == 0 or measure == "count"
        return ("integer" if whole else "number"), 0, None
    return "number", None, None


def wide_table(found: IndicatorSet, chosen: Mapping[str, str], grant: Grant) -> Table:
    """A row per unit of the set's level on the last day of the period."""
    plan = chosen.get("plan") == "yes"
    return Table(
        slug=WIDE,
        title=_("Figures"),
        columns=(
            Column(
                name="unit", title=_("Code of the unit"), required=True, filled=True,
                locked=True, width=12,
            ),
            Column(
                name="unit_name", title=_("Name of the unit"), locked=True, width=30
            ),
            *_value_columns(found, plan=plan),
            Column(name="note", title=_("Note"), width=30),
        ),
        head=(
            Column(name="set", title=_("Set of indicators"), locked=True),
            PERIOD,
            VINTAGE,
        ),
        filled={
            "set": str(found),
            "period": chosen.get("period", ""),
            "vintage": chosen.get("vintage", "preliminary"),
        },
        rows=list(_unit_rows(found.kind, chosen.get("period", ""), grant)),
        notes=(
            _("One row per unit, one column per indicator. The last day of the period"
              " decides which units there are."),
            _("Change the vintage at the top when the figures are estimates or final."),
        ),
        stamp={"set": found.slug, "version": version(found)},
    )  # fmt: skip


def _value_columns(found: IndicatorSet, *, plan: bool) -> Iterator[Column]:
    for name, place in places(found, plan=plan).items():
        indicator = place.indicator
        kind, low, high = bounds(indicator)
        part = f" · {place.facet}" if place.facet else ""
        said = f" ({gettext('plan')})" if place.plan else ""
        title = f"{indicator.code} {indicator.name}{part}{said}"
        plain = () if part or said else (indicator.title, indicator.title_en)
        yield Column(
            name=name,
            title=title,
            kind=kind,
            low=low,
            high=high,
            unit=wording.measure(indicator.unit),
            # the unit of measure as the catalogue has it, whatever the language
            aliases=(f"{title} ({indicator.unit})", *plain),
            width=16,
        )


def _unit_rows(kind: str, period: str, grant: Grant) -> Iterator[dict[str, str]]:
    """Units of the level on the period's last day that the caller may report."""
    try:
        _start, day = parse_period(period)
    except ValueError:
        day = timezone.localdate()
    for node in units_on(kind, day):
        if grant.sees_unit(node.id):
            yield {"unit": node.code, "unit_name": node.title}


def units_on(kind: str, day: date) -> list[units.UnitNode]:
    nodes = units.tree().nodes.values()
    found = [node for node in nodes if node.kind == kind and node.valid_on(day)]
    return sorted(found, key=lambda node: node.code)


def long_table() -> Table:
    """One figure a row: any indicator, unit and period."""
    return Table(
        slug=LONG,
        title=_("Figures"),
        columns=(
            Column(
                name="unit", title=_("Code of the unit"), required=True, filled=True,
                aliases=("unit_code",),
            ),
            Column(
                name="level", title=_("Level"), kind="choice", choices=LEVELS,
                help=_("Needed only where a code names units of two levels."),
            ),
            Column(
                name="indicator", title=_("Indicator"), required=True, filled=True,
                aliases=("code", "indicator_code"),
            ),
            Column(name="facet", title=_("Part"), aliases=("part",)),
            Column(
                name="period", title=_("Period"), required=True, filled=True,
                help=PERIOD.help,
            ),
            Column(
                name="vintage", title=_("Vintage"), kind="choice", choices=VINTAGES,
                required=True, filled=True,
            ),
            Column(
                name="value", title=_("Value"), kind="number", required=True,
                filled=True,
            ),
            Column(name="plan", title=_("Plan"), kind="number"),
            Column(name="source", title=_("Source"), width=24),
            Column(name="note", title=_("Note"), width=30),
        ),
        notes=(_("One figure a row."),),
        stamp={"set": ""},
    )  # fmt: skip
