from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from .models import Movement


@admin.register(Movement)
class MovementAdmin(LayerAdmin):
    """Movements are found in settled tracks: to read only."""

    list_display = ("title", "kind", "began_at", "ended_at", "confidence", "published")
    list_filter = ("kind", "published")
    date_hierarchy = "began_at"
    fields = readonly_fields = (
        "title", "kind", "began_at", "ended_at", "confidence", "published",
        "retracted_at", "details", "params", "vessel_ids", "device_id", "branch",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
