"""The drawer of a feature: its own template over common facts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any

import shapely
from django.apps import apps
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from . import queries, units
from .registry import Registry
from .scope import Grant
from .spec import Field, Layer

DETAIL = "queries"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """A page that another layer offers about a feature; ``icon`` as in the menu;
    ``key``: what opens it while the drawer is open (``panels/actions.js``)."""

    title: str
    url: str
    icon: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Linker:
    """Offers a link in drawers of layers that it does not know; None: not here."""

    slug: str
    order: int
    run: Callable[[HttpRequest, Layer, int], Link | None]


linkers: Registry[Linker] = Registry("link of drawers")


@dataclass(frozen=True, slots=True)
class Starter:
    """Offers a page on which something is begun about a place; None: not to this
    caller. The page takes ``?area=lon,lat`` and ``?unit=&indicator=&period=``."""

    slug: str
    order: int
    run: Callable[[HttpRequest], Link | None]


starters: Registry[Starter] = Registry("starter at places")


def starts(request: HttpRequest) -> list[dict[str, str]]:
    """What the caller can begin at a place, for scripts."""
    links = [entry.run(request) for entry in starters.values()]
    return [asdict(link) for link in links if link is not None]


@dataclass(frozen=True, slots=True)
class Section:
    """What another layer shows inside the drawer of the layer with ``role``.

    ``run(request, feature id)`` gives the context of ``template``, or None when
    there is nothing to show the caller.
    """

    slug: str
    order: int
    role: str
    template: str
    run: Callable[[HttpRequest, int], dict[str, Any] | None]


sections: Registry[Section] = Registry("section of drawers")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the drawer, ready to be read."""

    title: str
    value: str
    unit: str


def show(value: Any, entry: Field) -> str:
    """A value as people read it, in the active language."""
    if value is None or value == "":
        return "—"
    if entry.choices:
        return str(dict(entry.choices).get(str(value), value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "H:i:s d/m/Y")
    if isinstance(value, date):
        return formats.date_format(value, "d/m/Y")
    if isinstance(value, int | float):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    return str(value)


@cache
def _detail(layer: Layer) -> Callable[[HttpRequest, dict[str, Any]], dict[str, Any]]:
    """The layer's own ``queries.drawer(request, feature)``, if it has one."""
    module = apps.get_app_config(layer.app_label).module
    if module is not None and module_has_submodule(module, DETAIL):
        found = import_module(f"{module.__name__}.{DETAIL}")
        if hasattr(found, "drawer"):
            return found.drawer  # type: ignore[no-any-return]
    return lambda request, feature: {}


def context(
    request: HttpRequest, layer: Layer, grant: Grant, feature_id: int
) -> dict[str, Any] | None:
    """Template context of the drawer, or None when the caller may not see it."""
    feature = queries.feature(layer, grant, feature_id)
    if feature is None:
        return None
    values = feature["properties"]
    facts = [
        Fact(str(entry.title), show(values[entry.name], entry), str(entry.unit))
        for entry in layer.fields
        if entry.drawer and entry.name in values
    ]
    links = [entry.run(request, layer, feature_id) for entry in linkers.values()]
    path = [node.title for node in units.tree().ancestors(_unit_id(layer, feature_id))]
    return {
        "layer": layer,
        "feature": feature,
        "facts": facts,
        "unit_path": " · ".join(path),
        "time": values.get(layer.time_field),
        "bbox": _bbox(feature["geometry"]),
        "offers": [link for link in links if link is not None],
        "sections": _sections(request, layer, feature_id),
        **_detail(layer)(request, feature),
    }


def _sections(request: HttpRequest, layer: Layer, feature_id: int) -> list[str]:
    """What other layers show here. One that fails says so and spares the rest."""
    shown: list[str] = []
    for section in sections.values():
        if section.role not in layer.roles:
            continue
        try:
            found = section.run(request, feature_id)
            if found is not None:
                shown.append(render_to_string(section.template, found, request))
        except Exception:
            log.exception("section %s of %s %d", section.slug, layer.slug, feature_id)
            shown.append(render_to_string("core/section_failed.html"))
    return shown


def _unit_id(layer: Layer, feature_id: int) -> int | None:
    """The unit of the row; a layer may hold rows that belong to several or none."""
    model = apps.get_model(layer.model)
    if "unit_id" not in {field.name for field in model._meta.get_fields()}:
        return None
    return model.objects.filter(pk=feature_id).values_list("unit_id", flat=True).first()


def _bbox(geometry: dict[str, Any] | None) -> tuple[float, ...]:
    if geometry is None:
        return ()
    return tuple(round(v, 6) for v in shapely.geometry.shape(geometry).bounds)
