"""The acts of an alert's drawer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from layers.alerts import services
from layers.alerts.desk import acts
from layers.alerts.services import Who
from layers.core import drawer
from layers.core.spec import by_role


@login_required
@require_POST
def act(request: HttpRequest, alert_id: int, action: str) -> HttpResponse:
    """One action; the drawer comes back as it stands now, with what went wrong."""
    if action not in acts.ACTS:
        raise Http404
    grant = request.grant  # type: ignore[attr-defined]
    problem = ""
    who = Who(user=request.user, grant=grant)
    try:
        acts.one(alert_id, who, acts.form_data(action, request.POST))
    except services.NotFoundError as error:
        raise Http404(str(error)) from None
    except (services.NotAllowedError, services.RefusedError) as error:
        problem = str(error)
    if not request.htmx:  # type: ignore[attr-defined]
        if problem:
            messages.error(request, problem)
        return redirect("alerts:detail", alert_id)
    context = drawer.context(request, by_role("alarms"), grant, alert_id)
    if context is None:
        raise Http404
    response = render(request, "alerts/drawer.html", {**context, "problem": problem})
    response["HX-Trigger"] = "alerts-changed"
    return response
