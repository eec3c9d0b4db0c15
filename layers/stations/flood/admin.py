"""Alarm levels and reaches in the admin; a reach is drawn on the map."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from leaflet.admin import LeafletGeoAdmin

from layers.core.admin import LayerAdmin
from layers.stations.models import AlarmLevel, Reach


class AlarmLevelInline(admin.TabularInline):
    model = AlarmLevel
    extra = 0


@admin.register(Reach)
class ReachAdmin(LayerAdmin):
    list_display = ("title", "station", "kind", "buffer_m", "source")
    list_filter = ("kind",)
    search_fields = ("title", "station__title")
    readonly_fields = ()
    autocomplete_fields = ("station",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = LeafletGeoAdmin.get_queryset(self, request)
        granted = request.grant.units  # type: ignore[attr-defined]
        return rows if granted is None else rows.filter(station__unit_id__in=granted)
