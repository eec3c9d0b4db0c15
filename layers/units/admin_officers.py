"""Editing officers and their watches."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Duty, Officer
from .officers import MASK

PERSONAL = ("phones", "email")


class DutyInline(admin.TabularInline):
    model = Duty
    extra = 1


@admin.register(Officer)
class OfficerAdmin(admin.ModelAdmin):
    list_display = ("person", "position", "role", "field", "unit", "valid_to")
    list_filter = ("role", "field")
    search_fields = ("person", "position", "unit__title", "unit__code")
    list_select_related = ("unit",)
    autocomplete_fields = ("unit", "user")
    inlines = (DutyInline,)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Numbers and addresses only for those who may see them."""
        return () if request.user.has_perm(MASK) else PERSONAL


@admin.register(Duty)
class DutyAdmin(admin.ModelAdmin):
    list_display = ("officer", "unit", "starts_at", "ends_at")
    list_select_related = ("officer__unit",)
    autocomplete_fields = ("officer",)
    date_hierarchy = "starts_at"

    @admin.display(ordering="officer__unit")
    def unit(self, duty: Duty) -> str:
        return duty.officer.unit.title
