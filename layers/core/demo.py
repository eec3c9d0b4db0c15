"""Loading the demo: every layer that has a ``demo.py`` fills itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from .spec import Layer, registry
from .versions import begin_change

if TYPE_CHECKING:
    from fixtures import Demo


def is_empty() -> bool:
    """True when no layer holds a row."""
    for layer in registry.values():
        if apps.get_model(layer.model).objects.exists():
            return False
    return True


def load(demo: Demo) -> Iterator[tuple[Layer, int, float]]:
    """Fill each layer in its declared order: (layer, rows, seconds)."""
    for layer in sorted(registry.values(), key=lambda entry: entry.demo_order):
        module = apps.get_app_config(layer.app_label).module
        if module is None or not module_has_submodule(module, "demo"):
            continue
        started = time.monotonic()
        with transaction.atomic():
            begin_change(layer.slug)
            count = import_module(f"layers.{layer.slug}.demo").load(demo)
        yield layer, count, time.monotonic() - started
