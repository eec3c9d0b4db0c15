"""The door of panels."""

from __future__ import annotations

import logging

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import links

BACKEND = "django.contrib.auth.backends.ModelBackend"

log = logging.getLogger(__name__)


@never_cache
@require_safe
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign the panel in that brings its link, and show its part of the wall."""
    try:
        found = links.read(request.GET.get("pass", ""), slug)
    except links.LinkError as error:
        log.warning("a panel of %s was turned away: %s", slug, error)
        text = _("This link opens nothing any more. Make new ones for the panels.")
        return HttpResponseForbidden(text, content_type="text/plain; charset=utf-8")
    mark = found.mark()
    if request.session.get(links.MARK) != mark or request.user.pk != mark["user"]:
        request.session.flush()
        login(request, found.wall.panel_user, backend=BACKEND)
        request.session[links.MARK] = mark
        request.audit("open-display", wall=slug, panel=found.panel)  # type: ignore[attr-defined]
    return redirect(found.address)
