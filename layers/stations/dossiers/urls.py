"""Addresses of this folder's pages, below /stations/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("cases/", views.index, name="dossiers"),
    path("cases/new/", views.new, name="dossier-new"),
    path("cases/check/", views.check, name="dossier-check"),
    path("cases/<int:dossier_id>/", views.detail, name="dossier"),
    path("cases/<int:dossier_id>/correct/", views.correct, name="dossier-correct"),
    path("cases/<int:dossier_id>/gather/", views.gather, name="dossier-gather"),
    path("cases/<int:dossier_id>/step/<slug:slug>/", views.act, name="dossier-act"),
    path(
        "cases/<int:dossier_id>/v<int:number>/case.<slug:ending>",
        views.download,
        name="dossier-file",
    ),
]
