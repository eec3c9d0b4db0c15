"""The list of alerts: the work of a watch, everything by keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.alerts import queries
from layers.alerts.desk import detail, flood, load, orders, watches
from layers.alerts.desk.words import PERMISSION
from layers.alerts.layer import SEVERITIES, STATES
from layers.alerts.models import Alert
from layers.alerts.queries import AlertFilter
from layers.core import units
from layers.core.spec import by_role

from .words import list_words

FILTERS = (
    "state",
    "severity",
    "layer",
    "unit",
    "assigned",
    "rule",
    "part",
    "group",
    "q",
    "sort",
    "held",
    "open",
    "page",
)
PAGE = 200
MINE = "me"


@login_required
@require_GET
def index(request: HttpRequest, alert_id: int | None = None) -> HttpResponse:
    """The list; its script asks for the rows alone when alerts have changed."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alarms")):
        raise Http404
    asked = {name: request.GET.get(name, "").strip()[:300] for name in FILTERS}
    context = {"asked": asked, "chosen": alert_id, **_rows(request, asked)}
    context["may_write"] = request.user.has_perm(PERMISSION)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "alerts/rows.html", context)
    return render(request, "alerts/index.html", context | _page(request, asked))


def _rows(request: HttpRequest, asked: dict[str, str]) -> dict[str, Any]:
    """What stands above the table and in it."""
    grant = request.grant  # type: ignore[attr-defined]
    flooded = flood.current()
    plain = wanted = wanted_of(asked, int(request.user.pk or 0))
    holds = flooded is not None and not asked["held"] and not wanted.severity
    total = queries.matching(grant, replace(wanted, held=holds)).count()
    page = Paginator(range(total), PAGE).get_page(asked["page"] or 1)
    wanted = replace(wanted, held=holds, offset=(page.number - 1) * PAGE, limit=PAGE)
    alerts = list(queries.find(grant, wanted))
    opened = {int(part) for part in asked["open"].split(",") if part.isdecimal()}
    roots = [
        alert.pk
        for alert in alerts
        if alert.pk in opened and alert.member_count  # type: ignore[attr-defined]
    ]
    return {
        "alerts": _dressed(alerts, queries.members(grant, roots)),
        "total": total,
        "page": page,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "counts": _counts(grant),
        "load": load.now(grant),
        "aside": queries.aside(grant),
        "flood": flooded,
        "held": queries.held_back(grant, plain) if holds else 0,
        "on_watch": watches.now_there(),
    }


def wanted_of(asked: dict[str, str], user_id: int) -> AlertFilter:
    """The page's filters; what cannot be understood filters nothing."""
    assigned = str(user_id) if asked["assigned"] == MINE else asked["assigned"]
    known = assigned == queries.NOBODY or assigned.isdecimal()
    return AlertFilter(
        state=asked["state"] if asked["state"] in queries.STATES else "",
        severity=asked["severity"],
        layer=asked["layer"],
        unit_id=int(asked["unit"]) if asked["unit"].isdecimal() else None,
        assigned=assigned if known else "",
        rule=asked["rule"],
        part=asked["part"],
        group=asked["group"],
        text=asked["q"],
        sort=asked["sort"] if asked["sort"] in queries.SORTS else "",
    )


def _dressed(alerts: list[Alert], below: dict[int, list[Alert]]) -> list[Alert]:
    """Rows with what the table says of them; members follow their open root."""
    tree, now, found = units.tree(), timezone.now(), []
    for alert in alerts:
        alert.opened = alert.pk in below  # type: ignore[attr-defined]
        found.append(alert)
        for member in below.get(alert.pk, ()):
            member.below = alert.pk  # type: ignore[attr-defined]
            found.append(member)
    for alert in found:
        alert.unit_title = tree.title(alert.unit_id)  # type: ignore[attr-defined]
        alert.age = age(now - alert.raised_at)  # type: ignore[attr-defined]
    return found


def _counts(grant: Any) -> list[tuple[str, Any, int]]:
    found = queries.counts(grant)
    return [(name, title, found[name]) for name, title in SEVERITIES]


def age(since: timedelta) -> str:
    """Time gone by in its largest unit, short."""
    minutes = int(since.total_seconds() // 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": max(minutes, 0)}
    if minutes < 48 * 60:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s days") % {"n": minutes // 1_440}


def _page(request: HttpRequest, asked: dict[str, str]) -> dict[str, Any]:
    """The choices of the filters and of the dialogs."""
    grant = request.grant  # type: ignore[attr-defined]
    may_write = request.user.has_perm(PERMISSION)
    return {
        "states": [
            ("unacknowledged", _("Unacknowledged")),
            ("escalated", _("Escalated")),
            *STATES,
            ("all", _("All")),
        ],
        "severities": SEVERITIES,
        "layers": queries.known_layers(grant),
        "rules": queries.known_rules(grant),
        "parts": queries.known_parts(grant),
        "units": [
            (unit_id, title)
            for unit_id, title in units.choices()
            if grant.sees_unit(unit_id)
        ],
        "sorts": [
            ("newest", _("Newest first")),
            ("oldest", _("Oldest first")),
            ("severity", _("By severity")),
            ("repeats", _("Most repeats")),
            ("unit", _("By unit")),
            ("rule", _("By rule")),
        ],
        "staff": detail.staff() if may_write else (),
        "export_filter": _cql(asked),
        "words": list_words(),
        "draft": orders.draft_url(0, request.user).removesuffix("0"),
        "reasons": [
            _("False alarm"),
            _("Dealt with on the spot"),
            _("Known and expected"),
            _("Test or exercise"),
            _("The same as another alert"),
        ],
    }


def _cql(asked: dict[str, str]) -> str:
    """The page's filters as CQL2, for the export of the same rows."""
    parts = []
    if asked["severity"] in dict(SEVERITIES):
        parts.append(f"severity = '{asked['severity']}'")
    if asked["state"] in dict(STATES):
        parts.append(f"state = '{asked['state']}'")
    if asked["layer"].isidentifier():
        parts.append(f"layer = '{asked['layer']}'")
    return " AND ".join(parts)
