from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.core.admin import LayerAdmin

from .models import FtpAccount, Limit, Series, Station


class SeriesInline(admin.TabularInline):
    model = Series
    extra = 0


class StationLimitInline(admin.TabularInline):
    model = Limit
    extra = 0


@admin.register(Station)
class StationAdmin(LayerAdmin):
    list_display = (
        "title", "code", "kind", "unit_title", "owner", "active",
    )  # fmt: skip
    list_filter = ("kind", "active", "river")
    search_fields = ("title", "code", "owner")  # type: ignore[assignment]
    inlines = (SeriesInline, StationLimitInline)


@admin.register(Limit)
class LimitAdmin(admin.ModelAdmin):
    list_display = (
        "parameter", "kind", "column", "averaging_minutes", "direction", "value",
        "unit", "legal_source", "valid_from", "valid_to",
    )  # fmt: skip
    list_filter = ("kind", "legal_source", "parameter")
    search_fields = ("parameter", "legal_source", "station__title")
    autocomplete_fields = ("station",)


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
        fields = ("name", "owner", "active")


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
