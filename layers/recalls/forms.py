"""The form of a new recall: an area drawn, a circle around a centre, or a file."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import shapely
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.drawnfield import DrawnField

from . import areas, havens
from .services import Draft

LOCAL = "%Y-%m-%dT%H:%M"


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=LOCAL)


class RecallForm(forms.Form):
    """Checked here; stored by ``services.create`` from :meth:`draft`."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    title = forms.CharField(label=_("Name"), max_length=200)
    body = forms.CharField(
        label=_("Text of the call"), max_length=4_000, widget=forms.Textarea
    )
    valid_from = forms.DateTimeField(
        label=_("In force from"), input_formats=[LOCAL], widget=MomentInput()
    )
    valid_to = forms.DateTimeField(
        label=_("In force until"), input_formats=[LOCAL], widget=MomentInput()
    )
    ahead_h = forms.FloatField(
        label=_("Also who will enter within (hours)"),
        min_value=0,
        max_value=72,
        initial=6,
    )
    shelters = forms.TypedMultipleChoiceField(
        label=_("Recommended shelters and ports"), coerce=int, required=False
    )
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)
    lat = forms.FloatField(
        label=_("Latitude of the centre (°)"), required=False, min_value=-80,
        max_value=80,
    )  # fmt: skip
    lon = forms.FloatField(
        label=_("Longitude of the centre (°)"), required=False, min_value=-180,
        max_value=180,
    )  # fmt: skip
    radius_km = forms.FloatField(
        label=_("Radius (km)"), required=False, min_value=1, max_value=2_000
    )
    file = forms.FileField(label=_("GeoJSON or KML file"), required=False)
    geom = DrawnField(label=_("Danger area"), required=False)

    def __init__(self, *args: Any, csp_nonce: str | None = None, **kwargs: Any) -> None:
        now = timezone.localtime().replace(second=0, microsecond=0)
        kwargs["initial"] = {
            "key": secrets.token_hex(16),
            "valid_from": now,
            "valid_to": now + timedelta(hours=48),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.fields["shelters"].choices = havens.choices()  # type: ignore[attr-defined]
        self.fields["geom"].widget.csp_nonce = csp_nonce

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        begin, end = values.get("valid_from"), values.get("valid_to")
        if begin and end and end <= begin:
            self.add_error("valid_to", _("The end is before the beginning."))
        if not self.errors:
            try:
                values["origin"], values["area"] = self._area(values)
            except areas.AreaError as error:
                self.add_error(None, str(error))
        return values

    def _area(self, values: dict[str, Any]) -> tuple[str, shapely.Geometry]:
        """A file wins over a circle, and that over what is drawn."""
        circle = [values.get(name) for name in ("lon", "lat", "radius_km")]
        if values.get("file"):
            return "file", areas.from_upload(values["file"])
        if all(value is not None for value in circle):
            return "circle", areas.circle(*circle)  # type: ignore[arg-type]
        if any(value is not None for value in circle):
            raise areas.AreaError(str(_("A circle needs both degrees and a radius.")))
        if values.get("geom"):
            shape = shapely.from_wkb(bytes(values["geom"].wkb))
            return "drawn", areas.checked(shape)
        raise areas.AreaError(
            str(_("Draw the area, give a centre and a radius, or choose a file."))
        )

    def draft(self) -> Draft:
        values = self.cleaned_data
        return Draft(
            key=values["key"],
            title=values["title"],
            body=values["body"],
            area=values["area"],
            origin=values["origin"],
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
            ahead_h=values["ahead_h"],
            shelters=tuple(values["shelters"]),
            exercise=values["exercise"],
        )
