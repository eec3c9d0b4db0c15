from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from . import displays
from .models import Panel, Wall


class PanelInline(admin.TabularInline):
    model = Panel
    extra = 0


@admin.register(Wall)
class WallAdmin(admin.ModelAdmin):
    """Links of panels are counted anew by ``manage.py wall_links SLUG --revoke``."""

    list_display = ("title", "slug", "columns", "rows", "pitch_mm", "farthest_m")
    readonly_fields = ("links",)
    inlines = (PanelInline,)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(lambda: displays.configure([obj]), robust=True)
