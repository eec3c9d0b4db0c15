"""Admin of cameras. Credentials go in and never come out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.core import units
from layers.core.admin import LayerAdmin

from .models import Camera
from .secrets import seal
from .services import split_address


class CameraForm(forms.ModelForm):
    """User and password are write-only: a page never holds what is stored."""

    stream_user = forms.CharField(label=_("stream user"), required=False)
    stream_password = forms.CharField(
        label=_("stream password"),
        required=False,
        widget=forms.PasswordInput(
            render_value=False, attrs={"autocomplete": "new-password"}
        ),
        help_text=_("Leave both empty to keep what is stored."),
    )
    forget_credentials = forms.BooleanField(
        label=_("forget the stored user and password"), required=False
    )

    class Meta:
        model = Camera
        exclude = ("state_since", "last_seen")

    def clean_stream_address(self) -> str:
        """Credentials typed into the address are moved to where they belong."""
        bare, found = split_address(self.cleaned_data["stream_address"])
        self.found = found
        return bare

    def save(self, commit: bool = True) -> Camera:
        given = (
            self.cleaned_data["stream_user"],
            self.cleaned_data["stream_password"],
        )
        if not any(given):
            given = getattr(self, "found", None) or ("", "")
        if any(given):
            self.instance.credentials = seal(*given)
        elif self.cleaned_data["forget_credentials"]:
            self.instance.credentials = None
        return super().save(commit)


@admin.register(Camera)
class CameraAdmin(LayerAdmin):
    form = CameraForm
    list_display = ("title", "state", "purpose", "kind", "unit_title", "agency")
    list_filter = ("state", "purpose", "kind", "stream_kind")
    search_fields = ("title", "external_id", "address", "agency")
    readonly_fields = (
        "state_since",
        "last_seen",
        "has_credentials",
        "created_at",
        "updated_at",
    )

    @admin.display(description=_("credentials stored"), boolean=True)
    def has_credentials(self, camera: Camera) -> bool:
        return bool(camera.credentials)

    def save_model(
        self, request: HttpRequest, obj: Camera, form: Any, change: bool
    ) -> None:
        if obj.unit_id is None and obj.geom is not None:
            obj.unit_id = units.nearest(obj.geom.x, obj.geom.y)
        if "state" in form.changed_data:
            from django.utils import timezone

            obj.state_since = timezone.now()
        super().save_model(request, obj, form, change)
