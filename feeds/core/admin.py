from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Feed, InboxBatch, Quarantine, SignIn


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):
    list_display = ("title", "kind", "provider", "enabled", "expected_every_s")
    list_filter = ("kind", "enabled")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Raw data are evidence: shown, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(InboxBatch)
class InboxAdmin(ReadOnlyAdmin):
    list_display = ("id", "feed", "source", "received_at", "lines", "size", "state")
    list_filter = ("feed", "state")
    exclude = ("body",)
    show_full_result_count = False


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    list_display = ("id", "feed", "reason", "line_no", "raw", "received_at")
    list_filter = ("feed", "reason")
    search_fields = ("raw",)
    show_full_result_count = False


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = (
        "account", "address", "refused", "encrypted", "times", "first_at", "last_at",
    )  # fmt: skip
    list_filter = ("feed", "refused", "encrypted")
    search_fields = ("account", "address")
