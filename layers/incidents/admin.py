from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from layers.core.admin import LayerAdmin

from . import services
from .models import FORM, Incident, IncidentLink, IncidentStep, new_code


class LinkInline(admin.TabularInline):
    model = IncidentLink
    extra = 0


class StepInline(admin.TabularInline):
    """What happened when: to read, the register writes it."""

    model = IncidentStep
    extra = 0
    can_delete = False
    fields = readonly_fields = ("status", "at", "note", "actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Incident)
class IncidentAdmin(LayerAdmin):
    list_display = ("title", "kind", "severity", "status", "started_at", "unit_title")
    list_filter = ("status", "kind", "severity", "reporter")
    date_hierarchy = "started_at"
    inlines = (LinkInline, StepInline)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        return {"source": FORM, "external_id": new_code(), **given}

    def save_model(
        self, request: HttpRequest, obj: Incident, form: Any, change: bool
    ) -> None:
        if not change:
            services.open_incident(obj, request.user.pk)
            return
        super().save_model(request, obj, form, change)
        if "status" in form.changed_data:
            old = form.initial["status"]
            services.record_step(obj, old, "", request.user.pk)
