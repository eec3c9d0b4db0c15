"""The web process of the tests: the real one, with the boats and the plots as two
more layers."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")
django.setup()

import gis_ioc.urls  # noqa: E402, F401  (pages are those of the real layers)
from layers.core.spec import registry  # noqa: E402  (needs Django's apps)
from layers.core.tests import boats, plots  # noqa: E402

_registered = [registry.override(more.layer()) for more in (boats, plots)]
for _layer in _registered:
    _layer.__enter__()

from gis_ioc.asgi import application  # noqa: E402  (takes the registry as it is)

__all__ = ["application"]
