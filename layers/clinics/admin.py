from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from .models import Clinic


@admin.register(Clinic)
class ClinicAdmin(LayerAdmin):
    list_display = (
        "title",
        "kind",
        "unit_title",
        "beds",
        "occupancy_pct",
        "reported_at",
    )
    list_filter = ("kind", "emergency")
    readonly_fields = ("occupancy_pct", "created_at", "updated_at")
