"""What stations bring along for others: files that people hand in, a link to open a
case about an alert or a station."""

from __future__ import annotations

from django.http import HttpRequest

from layers.core.drawer import Link, Linker, linkers
from layers.core.spec import Layer

from . import sheets  # noqa: F401  (registers itself)


def link(request: HttpRequest, layer: Layer, feature_id: int) -> Link | None:
    """“Open a case file” in the drawer of a station or of an alert about one."""
    from .dossiers.suggesting import link

    return link(request, layer, feature_id)


linkers.register(Linker("stations.dossiers", 55, link))
