from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.landing),
    path("api", views.openapi),
    path("conformance", views.conformance),
    path("collections", views.collections),
    path("collections/<slug:slug>", views.collection),
    path("collections/<slug:slug>/queryables", views.queryables),
    path("collections/<slug:slug>/items", views.items),
    path("collections/<slug:slug>/items/<int:feature_id>", views.item),
]
