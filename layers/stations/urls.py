"""Pages of stations, mounted at /stations/: each folder has its own list."""

from __future__ import annotations

from .completeness.urls import urlpatterns as completeness
from .dossiers.urls import urlpatterns as dossiers
from .flood.urls import urlpatterns as flood
from .pages.urls import urlpatterns as pages
from .public.urls import urlpatterns as public
from .quality.urls import urlpatterns as quality
from .reporting.urls import urlpatterns as reporting

app_name = "stations"
urlpatterns = [*quality, *flood, *public, *reporting, *completeness, *dossiers, *pages]
