from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core.admin import LayerAdmin
from layers.core.spec import registry
from layers.core.versions import begin_change

from .models import Dossier, Procedure, ServiceCounter


@admin.register(ServiceCounter)
class ServiceCounterAdmin(LayerAdmin):
    list_display = ("title", "unit_title", "windows", "staff", "updated_at")
    search_fields = ("title", "external_id", "address")


@admin.register(Procedure)
class ProcedureAdmin(admin.ModelAdmin):
    list_display = ("code", "title", "field", "working_days")
    list_filter = ("field",)
    search_fields = ("code", "title")


@admin.register(Dossier)
class DossierAdmin(admin.ModelAdmin):
    """Dossiers of the caller's units; a saved one changes the figures on the map."""

    list_display = ("external_id", "procedure", "counter", "status", "due_at")
    list_filter = ("status", "online", "procedure__field")
    search_fields = ("external_id",)
    list_select_related = ("procedure", "counter")
    autocomplete_fields = ("counter", "procedure")
    date_hierarchy = "received_at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dossier]:
        rows = super().get_queryset(request)
        granted = request.grant.units  # type: ignore[attr-defined]
        return rows if granted is None else rows.filter(counter__unit_id__in=granted)

    def save_model(
        self, request: HttpRequest, obj: Dossier, form: Any, change: bool
    ) -> None:
        with transaction.atomic():
            begin_change(self._slug)
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Dossier) -> None:
        with transaction.atomic():
            begin_change(self._slug)
            super().delete_model(request, obj)

    @property
    def _slug(self) -> str:
        label = self.model._meta.app_label
        return next(e.slug for e in registry.values() if e.app_label == label)
