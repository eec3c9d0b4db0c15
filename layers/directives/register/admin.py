"""Registers for administrators, and what was said to them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from layers.directives.models import RegisterLog, TaskRegister


@admin.register(TaskRegister)
class TaskRegisterAdmin(admin.ModelAdmin):
    """Settings are checked by their types; secrets are only named here."""

    list_display = ("title", "slug", "enabled", "pulled_at")
    readonly_fields = ("pulled_at",)
    exclude = ("etag",)


@admin.register(RegisterLog)
class RegisterLogAdmin(admin.ModelAdmin):
    list_display = ("at", "register", "what", "outcome", "register_no", "note")
    list_filter = ("register", "what", "outcome")
    search_fields = ("register_no", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
