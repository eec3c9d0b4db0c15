from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .grants import revoke
from .models import ApiKey, AuditEntry, Scope, User


class ScopeInline(admin.TabularInline):
    model = Scope
    extra = 0


@admin.register(User)
class IocUserAdmin(UserAdmin):
    """Saving a user voids the tokens signed before."""

    inlines = (ScopeInline,)
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("centre"), {"fields": ("phone", "language", "unit_id")}),
    )

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        revoke(form.instance)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Keys are made by ``manage.py apikey``; here they are seen and revoked."""

    list_display = ("name", "prefix", "user", "created_at", "expires_at", "revoked_at")
    readonly_fields = ("user", "prefix", "created_at", "layers", "may_write")
    exclude = ("digest",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        revoke(obj.user)


@admin.register(AuditEntry)
class AuditAdmin(admin.ModelAdmin):
    list_display = ("at", "user", "action", "layer", "feature_id", "address")
    list_filter = ("action", "layer")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
