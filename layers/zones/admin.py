from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from .models import Zone


@admin.register(Zone)
class ZoneAdmin(LayerAdmin):
    list_display = (
        "title",
        "code",
        "kind",
        "closed",
        "valid_from",
        "valid_to",
        "version",
    )
    list_filter = ("kind", "closed", "schematic")
    search_fields = ("title", "title_en", "code", "search_text")
    readonly_fields = ("version", "created_at", "updated_at")
