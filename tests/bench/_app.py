"""The real application with the benchmark's layers among its own."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")

import django

django.setup()

import gis_ioc.urls  # noqa: E402, F401  (pages are those of the real layers)
from layers.core import catalog  # noqa: E402
from layers.core.spec import TileSpec, registry  # noqa: E402  (needs Django's apps)
from tests.bench._ground import AREA_FIELDS, FIELDS, area_tile, layer_of  # noqa: E402
from tests.bench._wallstyle import STYLE  # noqa: E402

held = ExitStack()  # for as long as the process lives
for name, geometry in json.loads(os.environ["IOC_BENCH_GROUNDS"]):
    live = name.startswith(("boats", "moving"))
    fields = FIELDS if geometry == "point" else AREA_FIELDS
    fixed = TileSpec(kind="live" if live else "table")
    spec = fixed if geometry == "point" else area_tile(name)
    held.enter_context(registry.override(layer_of(name, geometry, fields, spec)))

_style = catalog.style
# The bench's layers have no folder to read it from.
catalog.style = lambda layer: (  # type: ignore[assignment]
    {"layers": STYLE} if layer.slug.startswith("bench_") else _style(layer)
)

from gis_ioc.asgi import application  # noqa: E402

__all__ = ["application"]
