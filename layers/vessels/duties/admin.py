"""Duties are edited here; outages, faults and the call log only looked at.

They change through the services, with the events that follow.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.vessels.models import Contact, DeviceFault, Outage, ReportingDuty


@admin.register(ReportingDuty)
class ReportingDutyAdmin(admin.ModelAdmin):
    list_display = (
        "title", "length_from_m", "length_to_m", "interval_min", "grace_min",
        "valid_from", "valid_to",
    )  # fmt: skip
    search_fields = ("code", "title", "legal_basis")


class LogAdmin(admin.ModelAdmin):
    """Rows that nobody edits by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfVesselAdmin(LogAdmin):
    """Rows of the vessels in the reader's scope."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        units = request.grant.units  # type: ignore[attr-defined]
        if units is None:
            return rows
        return rows.filter(vessel__unit_id__in=sorted(units))


@admin.register(Outage)
class OutageAdmin(LogAdmin):
    list_display = ("provider", "began_at", "ended_at", "vessels", "declared_by")
    list_filter = ("provider",)


@admin.register(DeviceFault)
class DeviceFaultAdmin(OfVesselAdmin):
    list_display = ("vessel", "broken_at", "mended_at", "channel")


@admin.register(Contact)
class ContactAdmin(OfVesselAdmin):
    """Without the permission on personal data nobody reads who was called."""

    list_display = ("vessel", "at", "channel", "outcome", "user")
    list_filter = ("channel", "outcome")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        seen: bool = super().has_view_permission(request, obj)
        return seen and request.user.has_perm("vessels.view_owner")
