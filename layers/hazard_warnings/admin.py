from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from .models import Warning as Row


@admin.register(Row)
class WarningAdmin(LayerAdmin):
    """To be read: what a sender said is not edited here."""

    list_display = ("title", "sender", "severity", "sent", "expires", "ended_at")
    list_filter = ("status", "severity", "category")
    search_fields = ("title", "identifier", "sender")

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_add_permission(self, request: object) -> bool:
        return False
