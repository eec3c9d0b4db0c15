"""Addresses of this folder's pages, below /stations/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import acts, views

urlpatterns: list[URLPattern] = [
    path("review/", views.index, name="review"),
    path("review/export.<slug:fmt>", views.export, name="review-export"),
    path("review/series/<int:series_id>/", views.series, name="review-series"),
    path("review/series/<int:series_id>/decide/", acts.decide, name="review-decide"),
    path("review/<int:review_id>/withdraw/", acts.withdraw, name="review-withdraw"),
    path("review/finding/<int:finding_id>/", acts.settle, name="review-settle"),
]
