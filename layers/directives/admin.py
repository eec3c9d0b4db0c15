from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from .models import Directive, FreeDay, Playbook, Task
from .register import admin as register_admin  # noqa: F401  (registers its models)


@admin.register(Playbook)
class PlaybookAdmin(admin.ModelAdmin):
    """To look things up: versions are written and put in force on their own pages."""

    list_display = ("title", "slug", "version", "auto_issue", "enabled", "approved_at")
    list_filter = ("enabled",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(FreeDay)
class FreeDayAdmin(admin.ModelAdmin):
    """Days off and worked Saturdays that the government decides for a year."""

    list_display = ("day", "working", "title", "legal_basis")
    list_filter = ("working",)
    date_hierarchy = "day"


class TaskInline(admin.TabularInline):
    model = Task
    extra = 0
    can_delete = False
    readonly_fields = ("unit_id", "status", "report", "reported_at")
    fields = readonly_fields


@admin.register(Directive)
class DirectiveAdmin(LayerAdmin):
    """To look things up: directives change by their actions, never by hand."""

    list_display = ("number", "title", "status", "clock", "needed_by", "issued_at")
    list_filter = ("status", "clock", "severity")
    inlines = (TaskInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = admin.ModelAdmin.get_queryset(self, request)
        granted = request.grant.units  # type: ignore[attr-defined]
        if granted is None:
            return rows
        return rows.filter(scope_units__overlap=sorted(granted))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
