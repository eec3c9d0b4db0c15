"""Editing the register: what it says, who changed it, which devices it carries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.core.admin import LayerAdmin

from . import fitting
from .duties import admin as duties_admin  # noqa: F401  (registers its pages)
from .models import Device, Fitting, Provider, Vessel
from .register.following import refresh_aliases
from .register.matching import look_again
from .register.names import key_of
from .register.values import valid_mmsi

MASK = "vessels.view_owner"
PERSONAL = frozenset({"owner", "owner_phone", "captain", "phone"})
UNSAID = frozenset({"id", "created_at", "updated_at", "registration_key"})
SHOWN_CHANGES = 30


class VesselForm(forms.ModelForm):
    """The register's entry; a device is fitted by its key."""

    device_key = forms.CharField(
        label=gettext_lazy("Fit a device"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Its key: mmsi:574012345 or vms:vnpt:4711."),
    )
    device_since = forms.SplitDateTimeField(
        label=gettext_lazy("Fitted since"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Empty: it always was."),
    )

    class Meta:
        model = Vessel
        exclude = ("registration_key", "aliases", "source", "external_id")

    def clean_mmsi(self) -> str:
        mmsi: str = self.cleaned_data["mmsi"]
        if mmsi and not valid_mmsi(mmsi):
            raise ValidationError(_("This is no MMSI of a ship."))
        return mmsi

    def clean_device_key(self) -> str:
        key: str = self.cleaned_data["device_key"].strip()
        if key and not Device.objects.filter(key=key).exists():
            raise ValidationError(_("No such device is known."))
        return key


class FittingInline(admin.TabularInline):
    """Read only: devices change hands through the service, with all that follows."""

    model = Fitting
    extra = 0
    fields = ("device", "branch", "since", "until", "counted", "basis", "score")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Vessel)
class VesselAdmin(LayerAdmin):
    form = VesselForm
    list_display = ("title", "registration", "vessel_class", "length_m", "unit_title")
    list_filter = ("vessel_class", "registered", "missing_since", "home_port")
    search_fields = ("title", "registration", "mmsi", "call_sign", "aliases")
    inlines = (FittingInline,)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = () if request.user.has_perm(MASK) else tuple(sorted(PERSONAL))
        return (*VesselForm.Meta.exclude, *hidden)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = "changes" if request.user.has_perm(MASK) else "open_changes"
        return (*self.readonly_fields, told)

    @admin.display(description=gettext_lazy("Changes"))
    def changes(self, vessel: Vessel) -> str:
        """Who changed what, the newest first."""
        return changes_of(vessel, UNSAID) if vessel.pk else "—"

    @admin.display(description=gettext_lazy("Changes"))
    def open_changes(self, vessel: Vessel) -> str:
        """The same without personal data."""
        return changes_of(vessel, UNSAID | PERSONAL) if vessel.pk else "—"

    def save_model(
        self, request: HttpRequest, obj: Vessel, form: Any, change: bool
    ) -> None:
        obj.registration_key = key_of(obj.registration)
        if not change:
            obj.source, obj.registered = "register", True
            obj.external_id = obj.registration or f"admin {timezone.now():%Y%m%d%H%M%S}"
        super().save_model(request, obj, form, change)
        key = form.cleaned_data.get("device_key")
        if key:
            fitting.fit(
                Device.objects.get(key=key),
                0,
                obj,
                since=form.cleaned_data["device_since"],
                actor=request.user,
            )
        refresh_aliases([obj.pk])
        look_again()


def changes_of(vessel: Vessel, hidden: frozenset[str]) -> str:
    """The history of an entry as a list: time, who, field: before → after."""
    rows = list(vessel.events.select_related("pgh_context").order_by("-pgh_id"))  # type: ignore[attr-defined]
    users = _users(rows)
    lines = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        told = [
            f"{field.verbose_name}: {_text(before, field.name)} → "
            f"{_text(row, field.name)}"
            for field in Vessel._meta.concrete_fields
            if field.name not in hidden
            and hasattr(row, field.name)
            and before is not None
            and getattr(before, field.name) != getattr(row, field.name)
        ]
        who = users.get(_user_id(row), "")
        what = "; ".join(told) if before is not None else _("entered")
        if what:
            at = timezone.localtime(row.pgh_created_at)
            lines.append((f"{at:%H:%M %d/%m/%Y}", str(who), what))
    listed = format_html_join("", "<li>{} {} — {}</li>", lines[:SHOWN_CHANGES])
    return format_html("<ol>{}</ol>", listed)


def _text(row: Any, name: str) -> str:
    value = getattr(row, name)
    return "—" if value in (None, "") else str(value)


def _user_id(row: Any) -> int | None:
    context = row.pgh_context
    return (context.metadata or {}).get("user") if context else None


def _users(rows: list[Any]) -> dict[int | None, Any]:
    from django.contrib.auth import get_user_model

    ids = {user for row in rows if (user := _user_id(row)) is not None}
    return dict(get_user_model().objects.in_bulk(ids))


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):
    list_display = ("title", "code", "phone")
    search_fields = ("title", "code")
