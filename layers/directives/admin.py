from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from .models import Directive, Playbook, Task


@admin.register(Playbook)
class PlaybookAdmin(admin.ModelAdmin):
    """Saving a change makes the next version: directives name the one they had."""

    list_display = ("title", "slug", "version", "auto_issue", "enabled", "updated_at")
    list_filter = ("enabled",)
    readonly_fields = ("version", "updated_at")

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        if change and {"steps", "title", "auto_issue"} & set(form.changed_data):
            last = Playbook.objects.filter(slug=obj.slug).aggregate(n=Max("version"))
            obj.pk, obj.version = None, last["n"] + 1
            obj._state.adding = True
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
