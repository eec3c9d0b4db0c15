"""Admin pages of limits and permits, with what holds for whom today."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.stations.models import Limit, Permit, Station

from .queries import HeldLimit, limits_at

SIGNS = {"upper": "≤", "lower": "≥"}


class PermitInline(admin.TabularInline):
    model = Permit
    extra = 0
    fields = (
        "number", "regulation", "column", "kq", "kf", "valid_from", "valid_to", "note",
    )  # fmt: skip


class StationLimitInline(admin.TabularInline):
    model = Limit
    extra = 0
    verbose_name = gettext_lazy("limit of this station alone")
    verbose_name_plural = gettext_lazy("limits of this station alone")
    fields = (
        "parameter", "averaging_minutes", "direction", "value", "unit", "kind",
        "scaled", "legal_source", "valid_from", "valid_to", "note",
    )  # fmt: skip


@admin.register(Limit)
class LimitAdmin(admin.ModelAdmin):
    """The records; ``holds_today`` counts the stations that one holds for today."""

    list_display = (
        "parameter", "kind", "column", "station", "averaging_minutes", "direction",
        "value", "unit", "scaled", "legal_source", "valid_from", "valid_to",
        "holds_today",
    )  # fmt: skip
    list_filter = ("kind", "legal_source", "parameter", "scaled")
    list_select_related = ("station",)
    search_fields = ("parameter", "legal_source", "station__title", "note")
    autocomplete_fields = ("station",)
    date_hierarchy = "valid_from"
    fieldsets = (
        (None, {"fields": (("parameter", "averaging_minutes"),
                           ("direction", "value", "unit"), "scaled")}),
        (gettext_lazy("For whom"), {"fields": (("kind", "column"), "station")}),
        (gettext_lazy("By what law"), {"fields": (
            "legal_source", ("valid_from", "valid_to"), "note")}),
    )  # fmt: skip

    @admin.display(description=gettext_lazy("stations today"))
    def holds_today(self, limit: Limit) -> int:
        return getattr(limit, "stations_today", 0)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        shown = super().get_changelist_instance(request)
        ids = Station.objects.filter(active=True).values_list("pk", flat=True)
        held = limits_at(ids, timezone.localdate())
        counts = Counter(limit.limit_id for rows in held.values() for limit in rows)
        for limit in shown.result_list:
            limit.stations_today = counts[limit.pk]
        return shown


def limits_today(station: Station) -> SafeString | str:
    """A table of what holds for a station today, for its admin page."""
    if station.pk is None:
        return "—"
    rows = limits_at([station.pk], timezone.localdate())[station.pk]
    if not rows:
        return _("No limit is entered for this station today.")
    return format_html(
        "<table>{}</table>",
        format_html_join(
            "",
            "<tr><td>{}</td><td>{} {} {}</td><td>{}</td><td>{}</td></tr>",
            (_cells(row) for row in rows),
        ),
    )


def _cells(row: HeldLimit) -> tuple[Any, ...]:
    span = (
        _("%(minutes)d min") % {"minutes": row.averaging_minutes}
        if row.averaging_minutes
        else _("each value")
    )
    source = row.legal_source
    if row.factor != 1.0:
        source = f"{source} ({row.base_value:g} × {row.factor:g})"
    if row.permit_number:
        source = f"{source} · {row.permit_number}"
    return row.parameter, SIGNS[row.direction], f"{row.value:g}", row.unit, span, source
