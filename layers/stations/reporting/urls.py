"""Addresses of this folder's pages, below /stations/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("reports/", views.index, name="reports"),
    path("reports/runs/", views.runs, name="report-runs"),
    path("reports/make/", views.make, name="report-make"),
    path("reports/runs/<int:run_id>/cancel/", views.cancel, name="report-cancel"),
    path("reports/summary.<slug:fmt>", views.owner_file, name="report-summary"),
    path("reports/<int:report_id>/", views.detail, name="report"),
    path("reports/<int:report_id>.<slug:fmt>", views.download, name="report-file"),
]
