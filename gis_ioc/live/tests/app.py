"""The web process of the tests: the real one, with the boats as one more layer."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")
django.setup()

import gis_ioc.urls  # noqa: E402, F401  (pages are those of the real layers)
from layers.core.spec import registry  # noqa: E402  (needs Django's apps)
from layers.core.tests import boats  # noqa: E402

_registered = registry.override(boats.layer())
_registered.__enter__()

from gis_ioc.asgi import application  # noqa: E402  (takes the registry as it is)

__all__ = ["application"]
