"""Forms of a case: new, corrected, decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .choices import LEGAL_BASIS, Kind
from .entries import MAX_TEXT, Entered

LOCAL = "%Y-%m-%dT%H:%M"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)


class CaseForm(forms.Form):
    """What people enter; stored by ``services``."""

    kind = forms.ChoiceField(label=_("Violation"), choices=Kind.choices)
    since = forms.DateTimeField(
        label=_("Evidence from"), widget=_moment(), input_formats=[LOCAL]
    )
    until = forms.DateTimeField(
        label=_("Evidence to"), widget=_moment(), input_formats=[LOCAL]
    )
    zone_id = forms.TypedChoiceField(
        label=_("Zone or line"), coerce=int, empty_value=None, required=False
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Empty: the usual one of this violation."),
    )
    summary = forms.CharField(
        label=_("What happened"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, zones: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone_id"].choices = zones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("legal_basis") and values.get("kind"):
            values["legal_basis"] = str(LEGAL_BASIS[values["kind"]])
        since, until = values.get("since"), values.get("until")
        if since and until and since >= until:
            self.add_error("until", _("The end is before the beginning."))
        return values

    def entered(self) -> Entered:
        return Entered(**self.cleaned_data)


class CorrectForm(CaseForm):
    """Besides: why."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=1_000)

    def entered(self) -> Entered:
        values = {k: v for k, v in self.cleaned_data.items() if k != "reason"}
        return Entered(**values)


class DecisionForm(forms.Form):
    """What a decision has besides its text."""

    decision_no = forms.CharField(
        label=_("Decision number"), max_length=60, required=False
    )
    decided_on = forms.DateField(
        label=_("Decided on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    penalty_vnd = forms.IntegerField(
        label=_("Penalty (VND)"), min_value=0, max_value=10**12, required=False
    )
