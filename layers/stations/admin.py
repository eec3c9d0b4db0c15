from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.core.admin import LayerAdmin

from .flood.admin import AlarmLevelInline
from .indices import admin as _indices  # noqa: F401  (registers its page)
from .limits.admin import PermitInline, StationLimitInline, limits_today
from .models import FtpAccount, Series, Station
from .quality import admin as _quality  # noqa: F401  (registers its page)


class SeriesInline(admin.TabularInline):
    model = Series
    extra = 0


@admin.register(Station)
class StationAdmin(LayerAdmin):
    list_display = (
        "title", "code", "kind", "unit_title", "owner", "active",
    )  # fmt: skip
    list_filter = ("kind", "active", "river")
    search_fields = ("title", "code", "owner")  # type: ignore[assignment]
    inlines = (SeriesInline, PermitInline, StationLimitInline, AlarmLevelInline)
    readonly_fields = (*LayerAdmin.readonly_fields, "limits_today")

    @admin.display(description=_("limits today"))
    def limits_today(self, station: Station) -> str:
        return limits_today(station)


class FtpAccountForm(forms.ModelForm):
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        min_length=12,
        widget=forms.PasswordInput(render_value=False),
        help_text=_("At least 12 characters; only its hash is kept."),
    )

    class Meta:
        model = FtpAccount
        fields = ("name", "owner", "active", "require_tls", "quota_mb")


@admin.register(FtpAccount)
class FtpAccountAdmin(admin.ModelAdmin):
    form = FtpAccountForm
    list_display = ("name", "owner", "active")
    search_fields = ("name", "owner")

    def save_model(
        self, request: HttpRequest, obj: FtpAccount, form: Any, change: bool
    ) -> None:
        raw = form.cleaned_data["new_password"]
        if raw:
            obj.set_password(raw)
        elif not obj.password:
            messages.warning(request, _("Without a password nobody can sign in."))
        super().save_model(request, obj, form, change)
