"""The form of a new directive: from an alert, or about a drawn place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from leaflet.forms.fields import GeometryField

from layers.core import units

from .models import Severity

MINUTES = (
    (30, _("30 minutes")),
    (60, _("1 hour")),
    (120, _("2 hours")),
    (360, _("6 hours")),
    (720, _("12 hours")),
    (1_440, _("1 day")),
    (4_320, _("3 days")),
    (10_080, _("7 days")),
)


class DirectiveForm(forms.Form):
    """Checked here; stored by ``services.create``."""

    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("What is to be done"), max_length=4_000, widget=forms.Textarea
    )
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, initial=Severity.MEDIUM
    )
    lead_unit = forms.TypedChoiceField(label=_("Lead unit"), coerce=int)
    co_units = forms.TypedMultipleChoiceField(
        label=_("With units"), coerce=int, required=False
    )
    needed_min = forms.TypedChoiceField(
        label=_("Needed within"), coerce=int, choices=MINUTES, initial=60
    )
    legal_min = forms.TypedChoiceField(
        label=_("Legal deadline"), coerce=int, choices=MINUTES, initial=1_440
    )
    needs_evidence = forms.BooleanField(
        label=_("Evidence is needed (photo or file)"), required=False
    )
    geom = GeometryField(label=_("Place or area"), required=False)

    def __init__(self, *args: Any, csp_nonce: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = units.choices()
        self.fields["lead_unit"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        self.fields["co_units"].choices = choices  # type: ignore[attr-defined]
        self.fields["geom"].widget.csp_nonce = csp_nonce

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        needed, legal = values.get("needed_min"), values.get("legal_min")
        if needed and legal and needed > legal:
            self.add_error(
                "needed_min", _("It is needed later than the legal deadline.")
            )
        if values.get("lead_unit") in (values.get("co_units") or ()):
            self.add_error("co_units", _("The lead unit is not a co-operating unit."))
        return values
