from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from .models import Display


@admin.register(Display)
class DisplayAdmin(LayerAdmin):
    list_display = ("title", "state", "last_seen", "release", "address")
    list_filter = ("wall", "state")
