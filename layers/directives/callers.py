"""Who calls a page or an address about directives: in their own name, or with
``?for=<id of a user>`` in the name of somebody who handed their work over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from . import delegating
from .access import NotAllowedError, Who

NAME = "for"


class NotStandingInError(NotAllowedError):
    """Nobody handed their work over to the caller, or not any more."""


def own(request: HttpRequest) -> Who:
    """The caller in their own name."""
    return Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]


def who_of(request: HttpRequest) -> Who:
    """The caller as the address says. Raises NotStandingInError."""
    asked = request.GET.get(NAME, "")
    who = own(request)
    if not asked:
        return who
    if not asked.isdecimal() or len(asked) > 18:
        raise NotStandingInError(_("“for” is the number of a user."))
    if int(asked) == who.id:
        return who
    try:
        return delegating.stand_in(who.user, who.rights, int(asked))
    except NotAllowedError as error:
        raise NotStandingInError(str(error)) from None


def api_who(request: HttpRequest) -> Who:
    """:func:`who_of` for clients: 403 with the reason."""
    try:
        return who_of(request)
    except NotStandingInError as error:
        raise HttpError(403, str(error)) from None


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for people; whose delegation has ended come back to their own work."""

    @login_required
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **more)
        except NotStandingInError as error:
            messages.error(request, str(error))
            home = reverse("directives:index")
            if request.headers.get("HX-Request"):
                # a part of a page goes with all of it
                return HttpResponse(headers={"HX-Redirect": home})
            return redirect(home)

    return shown


def suffix(who: Who) -> str:
    """What keeps an address in the giver's name; "" for one's own."""
    return f"?{NAME}={who.giver.pk}" if who.giver is not None else ""


def spoken(name: str, event_new: dict[str, Any] | None) -> str:
    """Who did something, in words: “A for B” of a stand-in."""
    giver = (event_new or {}).get("for")
    if not giver:
        return name
    return _("%(name)s for %(giver)s") % {"name": name, "giver": giver}
