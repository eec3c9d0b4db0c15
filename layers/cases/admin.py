from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from .models import Case, CaseVersion


class VersionInline(admin.TabularInline):
    """What happened when: to read."""

    model = CaseVersion
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "number",
        "what",
        "status",
        "reason",
        "made_at",
        "made_by",
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(LayerAdmin):
    """To look things up: cases change on their own pages, version by version."""

    list_display = ("title", "kind", "status", "certainty", "since", "version")
    list_filter = ("status", "kind", "certainty")
    search_fields = ("title", "number")
    inlines = (VersionInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
