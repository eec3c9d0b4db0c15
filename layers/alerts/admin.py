from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from layers.core.admin import LayerAdmin

from . import escalation_admin  # noqa: F401  (registers policies)
from .desk import roster  # noqa: F401  (registers the roster)
from .models import Alert, Rule


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    """To look things up: rules change in the studio, where a second person signs."""

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

    def view_on_site(self, obj: Rule) -> str:
        return reverse("alerts:rule", args=[obj.slug])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

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
