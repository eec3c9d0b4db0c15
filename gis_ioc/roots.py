"""Addresses that layers and kinds of feeds answer beside ``/api`` and their pages.

A layer or a kind of feed may have a ``roots.py`` with ``PREFIX`` (``"sta/"``) and
``urlpatterns``: protocols of other houses say what their addresses look like. Machines
may write there with a key, as below ``/api/``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from feeds.core.spec import feed_kinds
from layers.core.spec import registry


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every ``roots.py`` there is."""
    packages = [
        apps.get_app_config(layer.app_label).module for layer in registry.values()
    ]
    packages += [import_module(f"feeds.{kind.slug}") for kind in feed_kinds.values()]
    return tuple(
        import_module(f"{package.__name__}.roots")
        for package in packages
        if package is not None and module_has_submodule(package, "roots")
    )


def patterns() -> list[URLPattern | URLResolver]:
    return [path(module.PREFIX, include(module.__name__)) for module in modules()]


@cache
def prefixes() -> tuple[str, ...]:
    """Where machines may write, beside ``/api/``."""
    return tuple(f"/{module.PREFIX}" for module in modules())
