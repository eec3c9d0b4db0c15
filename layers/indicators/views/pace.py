"""Pace: where each plan should be today, and when it will be reached or missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core import units
from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.indicators import pace as paces
from layers.indicators import showing, wording
from layers.indicators.models import Fact, Indicator, Vintage
from layers.indicators.pace import PlanLine
from layers.indicators.reading import scopes
from layers.indicators.reading.facts import catalogue

from .frame import SLUG, Frame, answer, day_of, grant_of, unit_of

# The worst first; what nobody can tell after what is wrong.
ORDER = {
    "exceeded": 0,
    "will_miss": 1,
    "will_exceed": 1,
    "unknown": 2,
    "will_reach": 3,
    "will_keep": 3,
    "reached": 4,
}
WRONG = {"exceeded", "will_miss", "will_exceed"}
# A bar ends at this share of the plan.
BAR_END = 1.2


@dataclass(frozen=True)
class Row:
    """A plan in words. Places of the bar are in a viewBox 100 wide."""

    line: PlanLine
    indicator: Indicator
    title: str
    url: str

    @property
    def status(self) -> str:
        return self.line.verdict.status if self.line.verdict else ""

    @property
    def shape(self) -> str:
        return wording.SHAPES.get(self.status, "")

    @property
    def status_word(self) -> str:
        return wording.status(self.status)

    @property
    def measure(self) -> str:
        return wording.measure(self.line.plan.measure)

    @property
    def wrong(self) -> bool:
        return self.line.pace.outcome in WRONG

    def _number(self, value: float | None) -> str:
        return "" if value is None else wording.number(value, self.indicator.decimals)

    @property
    def plan(self) -> str:
        return self._number(self.line.pace.plan)

    @property
    def value(self) -> str:
        return self._number(self.line.pace.value)

    @property
    def until(self) -> str:
        return wording.day(self.line.pace.until) if self.line.pace.until else ""

    @property
    def expected(self) -> str:
        return self._number(self.line.pace.expected_today)

    @property
    def forecast(self) -> str:
        return self._number(self.line.pace.forecast)

    @property
    def range(self) -> str:
        """The least and most that a single past year would give."""
        low, high = self.line.pace.low, self.line.pace.high
        if low is None or high is None:
            return ""
        return f"{self._number(low)}–{self._number(high)}"

    @property
    def share(self) -> str:
        share = self.line.pace.share
        return "" if share is None else f"{wording.number(share * 100, 0)} %"

    @property
    def basis(self) -> str:
        """What the pace was taken from."""
        if self.line.pace.expected_today is None:
            return _("due at the end of the period")
        if not self.line.pace.seasonal:
            return _("spread evenly over the year")
        title = units.tree().title(self.line.curve_of)
        words = _("season of %(years)s past years of %(unit)s")
        return words % {"years": self.line.pace.years, "unit": title}

    @property
    def outcome(self) -> str:
        """What will become of the plan, with the day or the amount."""
        pace = self.line.pace
        day = wording.day(pace.hits_on) if pace.hits_on else ""
        missing = f"{self._number(pace.misses_by)} {self.measure}"
        end = wording.day(pace.end)
        match pace.outcome:
            case "reached":
                return _("reached on %s") % day if day else _("reached")
            case "will_reach":
                return _("will be reached on %s") % day if day else _("will be reached")
            case "will_miss":
                words = _("will be missed on %(end)s by %(missing)s")
                return words % {"end": end, "missing": missing}
            case "exceeded":
                return _("ceiling exceeded")
            case "will_exceed":
                return _("ceiling will be exceeded on %s") % (day or end)
            case "will_keep":
                return _("ceiling will be kept")
        if pace.misses_by is not None:
            return _("%s still missing") % missing
        return _("nothing reported") if pace.value is None else _("too early to tell")

    @property
    def bar(self) -> dict[str, str]:
        pace = self.line.pace
        scale = 100 / (BAR_END * pace.plan) if pace.plan > 0 else 0.0

        def place(value: float | None) -> str:
            return f"{min(max((value or 0) * scale, 0), 100):.1f}"

        return {
            "value": place(pace.value),
            "plan": place(pace.plan),
            "today": place(pace.expected_today) if pace.expected_today else "",
            "forecast": place(pace.forecast) if pace.forecast else "",
        }

    @property
    def key(self) -> tuple[int, float, str]:
        pace = self.line.pace
        return ORDER[pace.outcome], pace.ahead or pace.share or 0.0, self.line.code


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every plan of a unit (``?unit=``, by default the province), or one plan of all
    units of a level (``?code=&kind=``), on a day (``?on=``, by default today)."""
    grant = grant_of(request)
    code, kind = request.GET.get("code", ""), request.GET.get("kind", "")
    node = unit_asked(request, grant)
    many = bool(code and kind)
    asked = day_of(request, "on")
    ids = _level(grant, kind, asked) if many else [node.id]
    on = asked or newest_plan(ids) or timezone.localdate()
    lines = paces.of(grant, ids, [code] if code else None, on)
    rows = sorted((_row(line, many) for line in lines), key=lambda row: row.key)
    request.audit("view", layer=SLUG, feature_id=node.id)  # type: ignore[attr-defined]
    known = catalogue().by_code.get(code)
    if code and known is None:
        raise Http404
    context = {
        "unit": node,
        "rows": rows,
        "on": on,
        "asked": asked,
        "many": many,
        "code": code,
        "kind": kind or node.kind,
        "wrong": sum(row.wrong for row in rows),
        "levels": [(name, wording.level(name)) for name in ("district", "commune")],
        "choices": choices(grant),
    }
    title = known.name if many and known else node.title
    return answer(
        request, "indicators/pace_body.html", Frame(title, _("Plan and pace")), context
    )


def unit_asked(request: HttpRequest, grant: Grant) -> UnitNode:
    """The unit asked for; else the province; else the first that the caller sees."""
    asked = request.GET.get("unit", "")
    if asked:
        if not asked.isdecimal():
            raise Http404
        return unit_of(grant, int(asked))
    root = scopes.province()
    if root is not None and grant.sees_unit(root.id):
        return root
    own = sorted(grant.units or ())
    if not own:
        raise Http404
    return unit_of(grant, own[0])


def _level(grant: Grant, kind: str, on: date | None) -> list[int]:
    """Units of a level on a day; on the last day of one that has ended."""
    found = scopes.of_level(kind, on)
    if not found:
        nodes = [node for node in units.tree().nodes.values() if node.kind == kind]
        last = max((node.valid_to for node in nodes if node.valid_to), default=None)
        found = scopes.of_level(kind, last) if last else []
    return [node.id for node in found if grant.sees_unit(node.id)]


def newest_plan(ids: Sequence[int]) -> date | None:
    """None where a plan holds today; else the last day of the newest plan."""
    today = timezone.localdate()
    plans = Fact.objects.filter(unit_id__in=list(ids), vintage=Vintage.PLAN)
    if plans.filter(period_start__lte=today, period_end__gte=today).exists():
        return None
    return plans.order_by("-period_end").values_list("period_end", flat=True).first()


def _row(line: PlanLine, many: bool) -> Row:
    indicator = catalogue().by_code[line.code]
    title = units.tree().title(line.unit_id) if many else indicator.name
    if line.facet and not many:
        title = f"{title} · {_(line.facet)}"
    return Row(
        line, indicator, title, showing.panel_url(line.unit_id, line.code, line.facet)
    )


def choices(grant: Grant) -> list[tuple[int, str]]:
    """The province and the former districts that the caller sees, to choose from."""
    nodes = [
        node
        for node in units.tree().nodes.values()
        if node.kind in ("province", "district") and grant.sees_unit(node.id)
    ]
    nodes.sort(key=lambda node: (node.kind != "province", node.title))
    return [(node.id, node.title) for node in nodes]


def rows_of(lines: Sequence[PlanLine]) -> list[Row]:
    """Plans of one unit, the worst first."""
    return sorted((_row(line, False) for line in lines), key=lambda row: row.key)
