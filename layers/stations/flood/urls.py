"""Addresses of this folder's pages, below /stations/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("flood/", views.index, name="flood"),
    path("flood/<int:station_id>/", views.sheet, name="flood-sheet"),
    path("flood/<int:station_id>/order.pdf", views.draft, name="flood-draft"),
]
