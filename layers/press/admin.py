from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.core import units
from layers.core.admin import LayerAdmin

from .choices import Precision
from .models import Outlet, PressItem


@admin.register(Outlet)
class OutletAdmin(admin.ModelAdmin):
    list_display = ("name", "domain", "level", "licensed")
    list_filter = ("level", "licensed")
    search_fields = ("name", "domain")


@admin.register(PressItem)
class PressItemAdmin(LayerAdmin):
    """Where a person corrects what the machine read: tone, topic, place, truth."""

    list_display = (
        "title",
        "outlet",
        "published_at",
        "tone_shown",
        "topic",
        "verified",
    )
    list_filter = ("verified", "topic", "machine_tone", "human_tone", "outlet__level")
    search_fields = ("title", "summary", "place")
    date_hierarchy = "published_at"
    autocomplete_fields = ("outlet",)
    readonly_fields = (
        "machine_tone",
        "precision",
        "place",
        "snapshot_sha256",
        "created_at",
        "updated_at",
    )

    @admin.display(description=_("tone"))
    def tone_shown(self, item: PressItem) -> str:
        return item.get_tone_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[PressItem]:
        return super().get_queryset(request).select_related("outlet")

    def save_model(
        self, request: HttpRequest, obj: PressItem, form: Any, change: bool
    ) -> None:
        if "geom" in form.changed_data:
            obj.precision = Precision.PERSON if obj.geom else Precision.NONE
            if obj.geom and "unit_id" not in form.changed_data:
                centre = obj.geom.centroid
                obj.unit_id = units.nearest(centre.x, centre.y)
        super().save_model(request, obj, form, change)
