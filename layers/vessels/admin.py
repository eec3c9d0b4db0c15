from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from layers.core.admin import LayerAdmin
from layers.core.versions import begin_change

from .models import Device, Vessel


class DeviceInline(admin.TabularInline):
    model = Device
    extra = 0


@admin.register(Vessel)
class VesselAdmin(LayerAdmin):
    list_display = ("title", "registration", "vessel_class", "length_m", "unit_title")
    list_filter = ("vessel_class", "registered", "home_port")
    search_fields = ("title", "registration", "mmsi", "call_sign")
    inlines = (DeviceInline,)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """A device that changes hands makes every process ask again."""
        with transaction.atomic():
            moved = any(formset.has_changed() for formset in formsets)
            if moved:
                begin_change(self.layer.slug, removed=True)
            super().save_related(request, form, formsets, change)
