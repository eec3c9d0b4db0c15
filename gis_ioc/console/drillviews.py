"""Pages and acts of drills."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gis_ioc.wall.models import Wall
from layers.core.spec import by_role

from . import drills, queries
from .models import Drill
from .views import USE, body_of, keepers_only, moment_of, problem

RUN = "console.run_drill"


@keepers_only(USE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    context = {
        "drills": Drill.objects.select_related("started_by", "wall")[:100],
        "running": drills.running(),
    }
    return render(request, "console/drills.html", context)


@keepers_only(USE)
@require_safe
@never_cache
def now(request: HttpRequest) -> HttpResponse:
    """The drill that is running, or null; whoever sees the console may join."""
    running = drills.running()
    return JsonResponse({"drill": queries.drill_json(running) if running else None})


@keepers_only(USE)
@require_safe
def report(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Who did what when, real times beside recorded ones; made to be printed."""
    drill = get_object_or_404(Drill.objects.select_related("wall"), pk=drill_id)
    grant = request.grant  # type: ignore[attr-defined]
    orders = queries.orders_of(drill, grant)
    acts = [a for a in queries.acts_of(drill) if not a.layer or a.layer in grant.layers]
    context = {"drill": drill, "acts": acts, "orders": orders}
    return render(request, "console/drill.html", context)


@keepers_only(RUN)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """``{"title", "from", "to", "speed", "wall"}``; needs an ``Idempotency-Key``."""
    body, key = body_of(request)
    if body is None or not key:
        return problem(_("A JSON object and an Idempotency-Key are needed."), 400)
    try:
        plan = _plan(body)
        drill = drills.start(plan, request.user, key)
    except (ValueError, TypeError) as error:
        return problem(str(error), 422)
    except drills.DrillError as error:
        return problem(str(error), 409)
    request.audit("start-drill", drill=drill.pk)  # type: ignore[attr-defined]
    return JsonResponse(queries.drill_json(drill), status=201)


def _plan(body: dict[str, Any]) -> drills.Plan:
    begins, ends = (moment_of(str(body.get(name) or "")) for name in ("from", "to"))
    if begins is None or ends is None:
        raise ValueError(_("A drill needs from and to."))
    slug = body.get("wall")
    wall = Wall.objects.filter(slug=str(slug)).first() if slug else None
    if slug and wall is None:
        raise ValueError(_("There is no wall “{slug}”.").format(slug=str(slug)[:50]))
    return drills.Plan(
        title=str(body.get("title") or ""),
        recorded_from=begins,
        recorded_to=ends,
        speed=float(body.get("speed") or 1),
        wall=wall,
    )


@keepers_only(USE)
@require_POST
def act(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Record an act ``{"kind", "layer", "id", "title", "text"}`` of the drill."""
    drill = get_object_or_404(Drill, pk=drill_id)
    body, key = body_of(request)
    if body is None or not key:
        return problem(_("A JSON object and an Idempotency-Key are needed."), 400)
    layer = str(body.get("layer") or "")
    if layer and layer not in request.grant.layers:  # type: ignore[attr-defined]
        return problem(_("There is no such layer, or it is not yours to see."), 404)
    feature = body.get("id")
    if feature is not None and (not isinstance(feature, int) or abs(feature) >= 2**63):
        return problem(_("id is the number of a feature"), 422)
    alarms = by_role("alarms")
    model = alarms.model.split(".")[1].lower()
    may = request.user.has_perm(f"{alarms.app_label}.change_{model}")
    if layer == alarms.slug and not may:
        return problem(_("Your role may not act on this."), 403)
    try:
        done = drills.act(
            drill,
            request.user,
            kind=str(body.get("kind") or ""),
            key=key,
            layer=layer,
            feature_id=feature,
            title=str(body.get("title") or ""),
            text=str(body.get("text") or ""),
        )
    except drills.DrillError as error:
        return problem(str(error), 409)
    return JsonResponse({"id": done.pk, "recorded_at": done.recorded_at.isoformat()})


@keepers_only(USE)
@require_safe
@never_cache
def acts(request: HttpRequest, drill_id: int) -> HttpResponse:
    """What was done in the drill, oldest first."""
    drill = get_object_or_404(Drill, pk=drill_id)
    grant = request.grant  # type: ignore[attr-defined]
    acts = [a for a in queries.acts_of(drill) if not a.layer or a.layer in grant.layers]
    return JsonResponse(
        {
            "acts": [
                {
                    "at": act.at,
                    "recorded_at": act.recorded_at,
                    "who": act.actor.display_name,
                    "kind": act.kind,
                    "layer": act.layer,
                    "feature_id": act.feature_id,
                    "title": act.title,
                    "text": act.text,
                }
                for act in acts
            ]
        }
    )


@keepers_only(RUN)
@require_POST
def end(request: HttpRequest, drill_id: int) -> HttpResponse:
    get_object_or_404(Drill, pk=drill_id)
    drill = drills.end(drill_id, request.user)
    request.audit("end-drill", drill=drill.pk)  # type: ignore[attr-defined]
    return JsonResponse({"id": drill.pk, "ended": drill.ended_at})
