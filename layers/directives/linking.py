"""Ways into a new directive from elsewhere: drawers, the map, figures."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from layers.core.drawer import Link, Linker, Starter, linkers, starters
from layers.core.spec import Layer
from layers.core.units import ROLE

from . import log
from .access import Who

# Layers whose drawers lead to directives without this.
OWN = frozenset({"alarms", "orders"})
ICON = "clipboard-plus"
KEY = "d"


def start(request: HttpRequest) -> Link | None:
    """A new directive, for those who may draft one."""
    who = Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]
    if log.SLUG not in who.rights.layers or not who.drafts():
        return None
    return Link(_("Start a directive here"), reverse("directives:new"), ICON, KEY)


def link(request: HttpRequest, layer: Layer, feature_id: int) -> Link | None:
    """“Start a directive here” in drawers; that of a directive has its own acts, and
    that of an alert leads on to a directive by itself."""
    begun = None if OWN & layer.roles else start(request)
    if begun is None:
        return None
    name = f"unit={feature_id}" if ROLE in layer.roles else ""
    asked = name or f"feature={layer.slug}/{feature_id}"
    return Link(begun.title, f"{begun.url}?{asked}", ICON, KEY)


LINKER = linkers.register(Linker(log.SLUG, 20, link))
STARTER = starters.register(Starter(log.SLUG, 20, start))
