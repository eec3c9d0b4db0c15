"""What the forms of the review desk do: decide, withdraw, settle."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from layers.stations.layer import LAYER
from layers.stations.models import Finding, Review

from . import review
from .views import series_of


@login_required
@require_POST
def decide(request: HttpRequest, series_id: int) -> HttpResponse:
    """Set the final flag of a span, or correct one value."""
    found = series_of(request, series_id)
    back = _back(request, reverse("stations:review-series", args=[series_id]))
    try:
        since, until = (_moment(request, name) for name in ("since", "until"))
        made = review.decide(
            request.user,
            found,
            since,
            until,
            _flag(request),
            request.POST.get("reason", ""),
            _value(request),
        )
    except review.ReviewError as error:
        messages.error(request, str(error))
        return back
    request.audit(  # type: ignore[attr-defined]
        "review", layer=LAYER.slug, feature_id=found.station_id, review=made.pk
    )
    messages.success(request, _("Decided. Averages and indices were worked out anew."))
    return back


def _moment(request: HttpRequest, name: str) -> datetime:
    """A time of the form, Asia/Ho_Chi_Minh. Raises ReviewError."""
    title = {"since": _("From"), "until": _("To")}[name]
    text = request.POST.get(name, "").strip()
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2999:
        raise review.ReviewError(
            _("%(field)s: a time like 2026-11-22T08:05 is needed.") % {"field": title}
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _flag(request: HttpRequest) -> int:
    text = request.POST.get("flag", "")
    return int(text) if text.isdecimal() and len(text) == 1 else 0


def _value(request: HttpRequest) -> float | None:
    text = request.POST.get("value", "").strip().replace(",", ".")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not -1e12 < found < 1e12:
        raise review.ReviewError(_("Corrected value: a number is needed."))
    return found


@login_required
@require_POST
def withdraw(request: HttpRequest, review_id: int) -> HttpResponse:
    """Take a decision back."""
    made = get_object_or_404(Review, pk=review_id)
    found = series_of(request, made.series_id)
    try:
        review.withdraw(request.user, made, request.POST.get("reason", ""))
    except review.ReviewError as error:
        messages.error(request, str(error))
    else:
        request.audit(  # type: ignore[attr-defined]
            "withdraw", layer=LAYER.slug, feature_id=found.station_id, review=made.pk
        )
        messages.success(request, _("Withdrawn: what the tests say holds again."))
    return _back(request, reverse("stations:review-series", args=[found.pk]))


@login_required
@require_POST
def settle(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Say what was made of a pattern, or put it back on the list."""
    entry = get_object_or_404(Finding, pk=finding_id)
    found = series_of(request, entry.series_id)
    outcome = request.POST.get("outcome", "")
    try:
        if outcome:
            reason = request.POST.get("reason", "")
            review.settle(request.user, entry, outcome, reason)
        else:
            review.reopen(request.user, entry)
    except review.ReviewError as error:
        messages.error(request, str(error))
    else:
        request.audit(  # type: ignore[attr-defined]
            "settle", layer=LAYER.slug, feature_id=found.station_id, finding=entry.pk
        )
    return _back(request, reverse("stations:review"))


def _back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """The page that the form came from."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked[:1] == "/":
        return redirect(asked)
    return redirect(otherwise)
