from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from . import services
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

    list_display = ("indicator", "unit_title", "period", "value", "vintage", "source")
    list_filter = ("vintage", "indicator__subsystem")
    list_select_related = ("indicator",)
    search_fields = ("indicator__code", "indicator__title", "source")
    autocomplete_fields = ("indicator",)
    readonly_fields = ("created_at",)
    date_hierarchy = "period_end"
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            services.refresh([(obj.indicator_id, obj.unit_id, obj.facet)])
