"""Addresses of this folder's pages, below /stations/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("completeness/", views.index, name="completeness"),
    path(
        "completeness/export.<slug:fmt>",
        views.index_export,
        name="completeness-export",
    ),
    path("completeness/<int:station_id>/", views.station, name="completeness-station"),
    path(
        "completeness/<int:station_id>/<str:day>/", views.day, name="completeness-day"
    ),
]
