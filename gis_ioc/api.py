"""``/api/v1``: the generic routers, and those that layers and feeds bring along."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.utils import check_csrf

from feeds.core.spec import feed_kinds
from layers.core.api import router as core_router
from layers.core.spec import registry


def signed_in(request: HttpRequest) -> bool:
    """A session or an API key; what they may see is the grant's business.

    A session that writes must show its CSRF token: a browser sends the cookie by
    itself, a key never.
    """
    if not request.user.is_authenticated:
        return False
    writes = request.method not in ("GET", "HEAD", "OPTIONS")
    if writes and not hasattr(request, "api_key") and check_csrf(request) is not None:
        raise HttpError(403, "CSRF token missing or wrong")
    return True


api = NinjaAPI(
    title="GIS-IOC",
    version="1",
    auth=signed_in,
    urls_namespace="api-v1",
    docs_url="/docs",
    description="Every layer by one set of addresses; keys go into "
    "`Authorization: Bearer`.",
)
api.add_router("", core_router)

# A layer's own addresses: its api.py has `router` and may have `prefix`.
for layer in registry.values():
    module = apps.get_app_config(layer.app_label).module
    if module is not None and module_has_submodule(module, "api"):
        own = import_module(f"{module.__name__}.api")
        api.add_router(f"/{own.PREFIX}", own.router)

for name in ("feeds.core.api", "gis_ioc.uploads.api", "gis_ioc.mobile.api"):
    api.add_router("", import_module(name).router)

# Addresses that a kind of feed takes data at: its api.py has `router` and `PREFIX`.
for kind in feed_kinds.values():
    package = import_module(f"feeds.{kind.slug}")
    if module_has_submodule(package, "api"):
        own = import_module(f"{package.__name__}.api")
        api.add_router(f"/{own.PREFIX}", own.router)
