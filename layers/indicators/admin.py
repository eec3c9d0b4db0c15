from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from .models import Fact, Indicator


@admin.register(Indicator)
class IndicatorAdmin(LayerAdmin):
    list_display = ("code", "title", "unit", "period", "direction", "agency")
    list_display_links = ("code", "title")
    list_filter = ("subsystem", "direction")
    search_fields = ("code", "title", "title_en")
    readonly_fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The catalogue belongs to no unit: all of it for whoever may see it."""
        return admin.ModelAdmin.get_queryset(self, request)


@admin.register(Fact)
class FactAdmin(LayerAdmin):
    """Figures are added, never changed: a correction is published anew."""

    list_display = ("indicator", "unit_title", "period", "value", "vintage", "load")
    list_filter = ("vintage", "basis", "indicator__subsystem")
    list_select_related = ("indicator", "load")
    search_fields = ("indicator__code", "indicator__title", "load__source")
    autocomplete_fields = ("indicator",)
    readonly_fields = ("created_at",)
    date_hierarchy = "period_end"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
