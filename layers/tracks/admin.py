from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from . import queries
from .models import Piece


@admin.register(Piece)
class PieceAdmin(LayerAdmin):
    """Tracks are settled from positions, which nobody may edit: to read only."""

    list_display = ("device", "kind", "started_at", "at", "fixes", "distance_m")
    list_filter = ("kind",)
    search_fields = ()
    readonly_fields = tuple(
        field.name for field in Piece._meta.fields if field.name != "geom"
    )
    fields = readonly_fields
    show_full_result_count = False
    list_select_related = ("device",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of vessels that the user may see."""
        rows: QuerySet[Any] = admin.ModelAdmin.get_queryset(self, request)
        grant = request.grant  # type: ignore[attr-defined]
        return rows if grant.units is None else rows.filter(queries.in_scope(grant))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
