from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from . import escalation_admin, services  # noqa: F401  (registers policies)
from .models import Alert, Rule


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    """Rules are switched off, not deleted: their alerts name them."""

    list_display = (
        "shown_title",
        "kind",
        "layer",
        "severity",
        "enabled",
        "version",
        "updated_at",
    )
    list_filter = ("kind", "layer", "severity", "enabled")
    search_fields = ("slug", "title", "title_en")
    readonly_fields = ("version", "updated_at")

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        services.save_rule(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Alert)
class AlertAdmin(LayerAdmin):
    """To look things up: alerts change by their actions, never by hand."""

    list_display = ("title", "severity", "active", "raised_at", "closed_at")
    list_filter = ("severity", "active", "layer", "suppressed")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
