"""Forms of a case: new, corrected, decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .services import MAX_TEXT, Entered

LOCAL = "%Y-%m-%dT%H:%M"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)


class DossierForm(forms.Form):
    """What people enter; stored by ``services``."""

    parameters = forms.MultipleChoiceField(
        label=pgettext_lazy("station", "Parameters"),
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.DateTimeField(
        label=_("Evidence from"), widget=_moment(), input_formats=[LOCAL]
    )
    until = forms.DateTimeField(
        label=_("Evidence to"), widget=_moment(), input_formats=[LOCAL]
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("Empty: station and parameters."),
    )
    summary = forms.CharField(
        label=_("What happened"),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parameters"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since >= until:
            self.add_error("until", _("The end is before the beginning."))
        return values

    def entered(self) -> Entered:
        values = self.cleaned_data
        return Entered(
            parameters=tuple(values["parameters"]),
            since=values["since"],
            until=values["until"],
            title=values["title"],
            summary=values["summary"],
        )


class CorrectForm(DossierForm):
    """Besides: why."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=1_000)


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
