"""The roster of the desk in the administration: who is planned when."""

from __future__ import annotations

from django.contrib import admin

from layers.alerts.models import Watch


@admin.register(Watch)
class WatchAdmin(admin.ModelAdmin):
    """Planned watches. Coming and leaving are the operators' own acts."""

    list_display = ("user", "starts_at", "ends_at", "came_at", "left_at")
    list_filter = ("user",)
    date_hierarchy = "starts_at"
    readonly_fields = ("came_at", "left_at")
