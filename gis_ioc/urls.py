"""Addresses of the pages; those of layers come from the registry."""

from importlib import import_module

from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from layers.core.spec import registry

from . import health, roots, views
from .api import api

urlpatterns = [
    path("", views.map_page, name="map"),
    path("favicon.ico", views.favicon),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("ogc/", include("layers.core.ogc.urls")),
    path("drawer/<slug:slug>/<int:feature_id>/", views.drawer, name="drawer"),
    path("around/<slug:slug>/<int:feature_id>/", views.around, name="around"),
    path("", include("gis_ioc.mobile.urls")),
    path("uploads/", include("gis_ioc.uploads.urls")),
    path("console/", include("gis_ioc.console.urls")),
    path("print/", include("gis_ioc.printing.urls")),
    path("wall/", include("gis_ioc.wall.urls")),
    path("tiles/", include("tiles.page.urls")),
    *roots.patterns(),
]

handler403 = "gis_ioc.views.forbidden"
handler404 = "gis_ioc.views.not_found"
handler500 = "gis_ioc.views.failed"

# Pages of a layer: its urls.py is mounted at /<slug>/.
for layer in registry.values():
    module = apps.get_app_config(layer.app_label).module
    if module is not None and module_has_submodule(module, "urls"):
        import_module(f"{module.__name__}.urls")
        urlpatterns.append(path(f"{layer.slug}/", include(f"{module.__name__}.urls")))
