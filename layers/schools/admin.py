from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from .models import School


@admin.register(School)
class SchoolAdmin(LayerAdmin):
    list_display = ("title", "level", "unit_title", "pupils", "national_standard")
    list_filter = ("level", "national_standard", "flood_prone")
