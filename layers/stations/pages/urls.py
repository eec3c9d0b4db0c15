"""Addresses of this folder's pages, below /stations/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("", views.index, name="list"),
    path("export.<slug:fmt>", views.index_export, name="list-export"),
    path("compare/", views.comparison, name="compare"),
    path("compare/series.<slug:fmt>", views.comparison_export, name="compare-export"),
    path("<int:station_id>/", views.station, name="station"),
    path("<int:station_id>/calendar/", views.station_calendar, name="calendar"),
    path(
        "<int:station_id>/series.<slug:fmt>",
        views.station_export,
        name="station-export",
    ),
]
