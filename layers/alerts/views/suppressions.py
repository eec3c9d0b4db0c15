"""Switching alerts off for a time by design, and on again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from layers.alerts import services, suppressing
from layers.alerts.models import Rule, SuppressionKind
from layers.alerts.services import RefusedError, Who

# Names of the form, kept when it is refused.
ASKED = (
    "kind",
    "reason",
    "rule",
    "layer",
    "feature_id",
    "part",
    "feature_filter",
    "starts_at",
    "ends_at",
)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin one; refused, the form comes back with what was written."""
    who = Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]
    asked = {name: request.POST.get(name, "").strip()[:2_000] for name in ASKED}
    try:
        suppressing.start(who, **_wanted(asked))
    except (services.NotAllowedError, services.NotFoundError, RefusedError) as error:
        messages.error(request, str(error))
        request.session["suppression"] = asked
    return redirect("alerts:aside")


@login_required
@require_POST
def end(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """End one early."""
    who = Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]
    try:
        suppressing.end(suppression_id, who)
    except services.NotFoundError as error:
        raise Http404(str(error)) from None
    except (services.NotAllowedError, RefusedError) as error:
        messages.error(request, str(error))
    return redirect("alerts:aside")


def _wanted(asked: dict[str, str]) -> dict[str, Any]:
    """The arguments of ``suppressing.start``; RefusedError names the field."""
    if asked["kind"] not in SuppressionKind.values:
        raise RefusedError(_("Choose a kind."))
    rule = None
    if asked["rule"]:
        rule = Rule.objects.filter(slug=asked["rule"]).first()
        if rule is None:
            raise RefusedError(_("There is no such rule."))
    number = asked["feature_id"]
    if number and not number.isdecimal():
        raise RefusedError(_("The feature is named by its number."))
    begins = _moment(asked["starts_at"], _("From"))
    ends = _moment(asked["ends_at"], _("To"))
    if ends is None:
        raise RefusedError(_("A suppression needs an end."))
    found = {
        "kind": asked["kind"],
        "reason": asked["reason"][:300],
        "rule": rule,
        "layer": asked["layer"],
        "feature_id": int(number) if number else None,
        "part": asked["part"][:60],
        "feature_filter": asked["feature_filter"],
        "ends_at": ends,
    }
    return found | ({"starts_at": begins} if begins else {})


def _moment(text: str, name: str) -> datetime | None:
    """A time as the browser's field writes it, in the centre's own time."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise RefusedError(
            _("%(field)s: “%(text)s” is no time.") % {"field": name, "text": text[:30]}
        )
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def form_context(request: HttpRequest) -> dict[str, Any]:
    """What the form offers and what was written into it before; a link from an alert
    names the rule, layer, feature and part."""
    held = request.session.pop("suppression", None) or {}
    asked = {name: held.get(name) or request.GET.get(name, "") for name in ASKED}
    usual = timezone.localtime(timezone.now() + timedelta(hours=4))
    asked["ends_at"] = asked["ends_at"] or usual.strftime("%Y-%m-%dT%H:%M")
    return {
        "suppress": asked,
        "suppress_open": bool(held) or bool(asked["rule"] or asked["layer"]),
        "suppress_kinds": SuppressionKind.choices,
        "suppress_rules": Rule.objects.filter(
            enabled=True,
            layer__in=sorted(request.grant.layers),  # type: ignore[attr-defined]
        ).order_by("title"),
    }
