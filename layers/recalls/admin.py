from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from .models import Recall, Tally


class TallyInline(admin.TabularInline):
    model = Tally
    extra = 0
    can_delete = False
    fields = ("at", "inside", "entering", "left", "answered", "unanswered", "silent")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        # numbers of days: the last hour is enough to look at
        rows = super().get_queryset(request)
        last = rows.order_by("-at").values_list("pk", flat=True)[:60]
        return rows.filter(pk__in=list(last))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Recall)
class RecallAdmin(LayerAdmin):
    """To look things up: recalls change by their actions, never by hand."""

    list_display = ("title", "status", "exercise", "valid_from", "valid_to", "issuer")
    list_filter = ("status", "exercise")
    search_fields = ("title", "body", "search_text")
    inlines = (TallyInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
