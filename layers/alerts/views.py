"""The alert list and the actions of its drawer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from layers.core import drawer, units
from layers.core.spec import by_role

from . import queries, services
from .layer import SEVERITIES, STATES
from .models import Alert
from .queries import AlertFilter
from .services import Who

FILTERS = ("state", "severity", "layer", "unit", "q")


@login_required
@require_GET
def index(request: HttpRequest, alert_id: int | None = None) -> HttpResponse:
    """The list; htmx asks for its rows alone when alerts have changed."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alerts")):
        raise Http404
    asked = {name: request.GET.get(name, "").strip()[:100] for name in FILTERS}
    context: dict[str, Any] = {
        "alerts": _rows(grant, asked),
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "counts": [
            (level, title, count)
            for (level, title), count in zip(
                SEVERITIES, queries.counts(grant).values(), strict=True
            )
        ],
        "load": queries.load(),
        "chosen": alert_id,
        "may_write": request.user.has_perm(services.PERMISSION),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "alerts/rows.html", context)
    context |= {
        "states": [("unacknowledged", _("Unacknowledged")), *STATES],
        "severities": SEVERITIES,
        "layers": queries.known_layers(grant),
        "units": _units(grant),
        "export_filter": _cql(asked),
    }
    return render(request, "alerts/index.html", context)


def _rows(grant: Any, asked: dict[str, str]) -> list[Alert]:
    unit = asked["unit"]
    wanted = AlertFilter(
        state=asked["state"] if asked["state"] in queries.STATES else "",
        severity=asked["severity"],
        layer=asked["layer"],
        unit_id=int(unit) if unit.isdecimal() else None,
        text=asked["q"],
    )
    tree, now = units.tree(), timezone.now()
    rows = list(queries.find(grant, wanted))
    for alert in rows:
        alert.unit_title = tree.title(alert.unit_id)  # type: ignore[attr-defined]
        alert.age = _age(now - alert.raised_at)  # type: ignore[attr-defined]
    return rows


def _age(since: timedelta) -> str:
    """Time gone by in its largest unit, short."""
    minutes = int(since.total_seconds() // 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": max(minutes, 0)}
    if minutes < 48 * 60:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s days") % {"n": minutes // 1_440}


def _units(grant: Any) -> list[tuple[int, str]]:
    return [
        (unit_id, title)
        for unit_id, title in units.choices()
        if grant.sees_unit(unit_id)
    ]


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


def _assign(alert_id: int, who: Who, data: Any) -> Alert:
    user_id = data.get("user", "")
    user = (
        get_user_model().objects.filter(pk=user_id, is_active=True).first()
        if user_id.isdecimal()
        else None
    )
    return services.assign(alert_id, who, user=user)


def _minutes(text: str) -> int:
    return int(text) if text.isdecimal() else 0


ACTIONS: dict[str, Callable[[int, Who, Any], Alert]] = {
    "acknowledge": lambda pk, who, data: services.acknowledge(pk, who),
    "unshelve": lambda pk, who, data: services.unshelve(pk, who),
    "assign": _assign,
    "close": lambda pk, who, data: services.close(
        pk, who, reason=data.get("reason", "")
    ),
    "comment": lambda pk, who, data: services.comment(
        pk, who, text=data.get("text", "")
    ),
    "shelve": lambda pk, who, data: services.shelve(
        pk,
        who,
        minutes=_minutes(data.get("minutes", "")),
        reason=data.get("reason", ""),
    ),
}


@login_required
@require_POST
def act(request: HttpRequest, alert_id: int, action: str) -> HttpResponse:
    """One action; the drawer comes back as it stands now, with what went wrong."""
    if action not in ACTIONS:
        raise Http404
    grant = request.grant  # type: ignore[attr-defined]
    problem = ""
    try:
        ACTIONS[action](alert_id, Who(user=request.user, grant=grant), request.POST)
    except services.NotFoundError as error:
        raise Http404(str(error)) from None
    except (services.NotAllowedError, services.RefusedError) as error:
        problem = str(error)
    if not request.htmx:  # type: ignore[attr-defined]
        if problem:
            messages.error(request, problem)
        return redirect("alerts:detail", alert_id)
    context = drawer.context(request, by_role("alerts"), grant, alert_id)
    if context is None:
        raise Http404
    response = render(request, "alerts/drawer.html", {**context, "problem": problem})
    response["HX-Trigger"] = "alerts-changed"
    return response
