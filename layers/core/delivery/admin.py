"""Channels for administrators. Messages have pages of their own."""

from __future__ import annotations

from django.contrib import admin

from .models import Channel


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    """Settings are checked by their kind; secrets are only named here."""

    list_display = ("title", "slug", "kind", "order", "enabled", "updated_at")
    list_filter = ("kind", "enabled")
    readonly_fields = ("updated_at",)
