"""Addresses of this folder's pages, below /stations/: open to everybody."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("public/", views.page, name="public"),
    path("public/indices.json", views.as_json, name="public-json"),
    path("public/indices.csv", views.as_csv, name="public-csv"),
]
