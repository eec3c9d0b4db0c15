"""Admin pages of features: map editing, scope, and the change told to the map."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from leaflet.admin import LeafletGeoAdmin

from . import units
from .delivery import admin as _delivery  # noqa: F401  (registers the channels)
from .spec import Layer, registry
from .versions import begin_change


class LayerAdmin(LeafletGeoAdmin):
    """Base of every layer's admin: rows in scope only; saves announce themselves."""

    list_per_page = 50
    readonly_fields: tuple[str, ...] = ("created_at", "updated_at")
    search_fields: tuple[str, ...] = ("title", "external_id")
    map_height = "420px"

    @property
    def layer(self) -> Layer:
        label = self.model._meta.app_label
        return next(entry for entry in registry.values() if entry.app_label == label)

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return ("title", "unit_title", "updated_at") if shown == ("__str__",) else shown

    @admin.display(description="unit")
    def unit_title(self, feature: Any) -> str:
        return units.tree().title(feature.unit_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        granted = request.grant.units  # type: ignore[attr-defined]
        if granted is None or self.layer.scope.kind == "open":
            return rows
        lookup = "overlap" if self.layer.scope.kind == "units" else "in"
        return rows.filter(**{f"{self.layer.scope.column}__{lookup}": sorted(granted)})

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        with transaction.atomic():
            begin_change(self.layer.slug)
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            begin_change(self.layer.slug, removed=True)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            begin_change(self.layer.slug, removed=True)
            super().delete_queryset(request, queryset)
