from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from . import filing
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
    list_display = (
        "id", "feed", "source", "file", "received_at", "lines", "size", "state",
    )  # fmt: skip
    list_filter = ("feed", "state", "received_at")
    search_fields = ("=source",)
    exclude = ("body",)
    readonly_fields = ("receipt",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboxBatch]:
        """Without the bytes: a page of files reads none of them."""
        return super().get_queryset(request).defer("body")

    @admin.display(description=_("file"))
    def file(self, batch: InboxBatch) -> str:
        return str(batch.meta.get("path", ""))

    @admin.display(description=_("receipt"))
    def receipt(self, batch: InboxBatch) -> str:
        """Lines by outcome, then the refused lines and those with a remark."""
        found = filing.receipt(batch)
        if found is None:
            return "–"
        rows: list[tuple[Any, Any]] = [
            (_("lines"), found.lines),
            (_("accepted"), found.accepted),
            (_("known already"), found.duplicate),
            (_("empty"), found.blank),
        ]
        rows += [
            (f"{number}: {reason}", detail) for number, reason, detail in found.rejected
        ]
        rows += [(str(number), warning) for number, warning in found.warnings]
        return format_html_join("", "<div>{} – {}</div>", rows)


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
