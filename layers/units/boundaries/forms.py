"""Forms of boundary sets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.units import topology
from layers.units.models import Kind, Purpose

from . import systems
from .columns import Column, FieldNames
from .drafts import Facts
from .reading import MAX_BYTES, SUFFIXES

ACCEPT = ",".join(suffix for suffix in SUFFIXES if suffix != ".shp")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _systems() -> list[tuple[str, Any]]:
    """The file's own first, then the zone of the province, then the others."""
    named = [(s.code, f"{s.label} {s.where}".strip()) for s in systems.offered()]
    own = gettext("As the file says")
    home = gettext("Thanh Hoa: VN-2000, 3-degree zone, 105°00' (EPSG:5897)")
    rest = [entry for entry in named if entry[0] != systems.THANH_HOA]
    return [("", own), (systems.THANH_HOA, home), *rest]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("GeoJSON, GeoPackage or a zipped Shapefile, up to 200 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        max_length=200,
    )
    kind = forms.ChoiceField(
        label=_("Level"), choices=Kind.choices, initial=Kind.COMMUNE
    )
    purpose = forms.ChoiceField(
        label=_("What the file is"),
        choices=[c for c in Purpose.choices if c[0] != Purpose.REPLACE],
        initial=Purpose.CHANGE,
        widget=forms.RadioSelect,
    )
    valid_from = forms.DateField(
        label=_("First day"), initial=timezone.localdate, widget=_day()
    )
    valid_to = forms.DateField(
        label=_("Last day valid"),
        required=False,
        widget=_day(),
        help_text=_("Only for units of the past."),
    )
    crs = forms.ChoiceField(
        label=_("Reference system"),
        choices=_systems,
        required=False,
        help_text=_("Choose one when the file carries none or a wrong one."),
    )
    swapped = forms.BooleanField(
        label=_("Northing or latitude stands first"), required=False
    )
    gap_m = forms.FloatField(
        label=_("Close gaps narrower than (m)"),
        initial=topology.GAP_M,
        min_value=0,
        max_value=200,
    )
    title = forms.CharField(label=_("Name"), max_length=200, required=False)
    decree = forms.CharField(label=_("Legal basis"), max_length=200, required=False)
    source = forms.CharField(label=_("Source"), max_length=60, required=False)
    population_year = forms.IntegerField(
        label=_("Year of population"), min_value=1900, max_value=2100, required=False
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 200 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", gettext("The last day is before the first."))
        return given

    def facts(self) -> Facts:
        given = {k: v for k, v in self.cleaned_data.items() if k != "file"}
        return Facts(**given)


class ColumnsForm(forms.Form):
    """Which column holds what; the choices show the first values."""

    code = forms.ChoiceField(label=_("Code"))
    name = forms.ChoiceField(label=_("Name"))
    parent = forms.ChoiceField(label=_("Code of the unit above"), required=False)
    population = forms.ChoiceField(label=_("Population"), required=False)
    area = forms.ChoiceField(
        label=_("Published land area"),
        required=False,
        help_text=_("In km², ha or m²: the outlines tell which."),
    )

    def __init__(self, columns: list[Column], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((column.name, column.label) for column in columns)]
        for field in self.fields.values():
            field.choices = choices  # type: ignore[attr-defined]

    def names(self) -> FieldNames:
        return FieldNames(**self.cleaned_data)


class DayForm(forms.Form):
    valid_from = forms.DateField(label=_("First day"), widget=_day())
    valid_to = forms.DateField(label=_("Last day valid"), required=False, widget=_day())
    decree = forms.CharField(label=_("Legal basis"), max_length=200, required=False)
    source = forms.CharField(label=_("Source"), max_length=60, required=False)
