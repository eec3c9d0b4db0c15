"""What is off the list: shelved by people, suppressed by design."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from layers.alerts import queries, suppressing
from layers.alerts.desk.words import PERMISSION
from layers.alerts.models import Alert, Suppression
from layers.alerts.queries import AlertFilter
from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import by_role, registry

from .suppressions import form_context

MOST = 500


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Shelved alerts with their ends and reasons; suppressions and what they hold."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alarms")):
        raise Http404
    now = timezone.now()
    rows = Suppression.objects.select_related("rule", "created_by", "ended_by")
    lasting = rows.filter(ended_at=None, ends_at__gt=now).order_by("ends_at", "pk")
    over = rows.exclude(ended_at=None, ends_at__gt=now).order_by("-ends_at", "-pk")
    context = {
        "now": now,
        "shelved": _listed(grant, "shelved"),
        "suppressed": _listed(grant, "suppressed"),
        "lasting": _seen(lasting[:MOST], grant),
        "over": _seen(over[:30], grant),
        "may_write": request.user.has_perm(PERMISSION),
        "layers": [(layer.slug, layer.title) for layer in grant.visible_layers],
        **form_context(request),
    }
    return render(request, "alerts/aside.html", context)


def _listed(grant: Grant, state: str) -> list[Alert]:
    wanted = AlertFilter(state=state, flat=True, limit=MOST)
    found = queries.matching(grant, wanted).select_related("suppressed_by")
    tree = units.tree()
    alerts = list(found.order_by("shelved_until", "-raised_at", "pk")[:MOST])
    for alert in alerts:
        alert.unit_title = tree.title(alert.unit_id)  # type: ignore[attr-defined]
    return alerts


def _seen(rows: Iterable[Suppression], grant: Grant) -> list[Suppression]:
    return [_described(row, grant) for row in rows if suppressing.visible(row, grant)]


def _described(entry: Suppression, grant: Grant) -> Suppression:
    """With what it is about in words, and how many alerts it holds that the caller
    may see."""
    about: list[Any] = [entry.rule.shown_title] if entry.rule else []
    if entry.layer in registry:
        about.append(registry[entry.layer].title)
    if entry.feature_id is not None:
        about.append(f"{entry.feature_id}")
    about += [part for part in (entry.part, entry.feature_filter) if part]
    entry.about = " · ".join(map(str, about))  # type: ignore[attr-defined]
    held = queries.visible(grant).filter(suppressed_by=entry, closed_at=None)
    entry.held = held.count()  # type: ignore[attr-defined]
    return entry
