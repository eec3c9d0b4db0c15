from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from . import admin_officers  # noqa: F401  (registers its pages)
from .models import Lineage, Unit


class SuccessorInline(admin.TabularInline):
    model = Lineage
    fk_name = "old"
    autocomplete_fields = ("new",)
    extra = 0


@admin.register(Unit)
class UnitAdmin(LayerAdmin):
    list_display = (
        "title",
        "code",
        "kind",
        "parent",
        "valid_from",
        "valid_to",
        "population",
    )
    list_filter = ("kind", "type", "schematic")
    search_fields = ("title", "code", "search_text")
    list_select_related = ("parent",)
    autocomplete_fields = ("parent",)
    date_hierarchy = "valid_from"
    inlines = (SuccessorInline,)
    readonly_fields = ("geometry_version", "created_at", "updated_at")

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Units end, they are never deleted: rows elsewhere name them."""
        return False
