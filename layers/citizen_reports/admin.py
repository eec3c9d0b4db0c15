"""Admin of reports. Who reported is shown only to those who may see it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from layers.core.admin import LayerAdmin

from . import services
from .layer import REPORTER
from .models import CitizenReport, ReportStep, ServiceCategory

PERSONAL = ("reporter_name", "reporter_phone", "reporter_email")


@admin.register(ServiceCategory)
class ServiceCategoryAdmin(admin.ModelAdmin):
    list_display = ("code", "clock", "amount", "agency", "active")
    list_editable = ("clock", "amount", "agency", "active")


class StepInline(admin.TabularInline):
    """What happened when: to read, the flow writes it."""

    model = ReportStep
    extra = 0
    can_delete = False
    fields = readonly_fields = ("status", "at", "note", "actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CitizenReport)
class CitizenReportAdmin(LayerAdmin):
    list_display = ("title", "category", "status", "requested_at", "due_at", "agency")
    list_filter = ("status", "category", "channel")
    date_hierarchy = "requested_at"
    raw_id_fields = ("same_as",)
    readonly_fields = ("answered_at", "created_at", "updated_at")
    inlines = (StepInline,)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if request.user.has_perm(REPORTER) else PERSONAL

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        return {"source": "form", "external_id": services.new_code(), **given}

    def save_model(
        self, request: HttpRequest, obj: CitizenReport, form: Any, change: bool
    ) -> None:
        if not change:
            services.open_report(obj, request.user.pk)
            return
        moved = "status" in form.changed_data
        if "answer" in form.changed_data and obj.answer and obj.answered_at is None:
            obj.answered_at = timezone.now()
        super().save_model(request, obj, form, change)
        if moved:
            old = form.initial["status"]
            services.note_step(obj, old, timezone.now(), "", request.user.pk)
