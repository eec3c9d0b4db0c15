"""How a person wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from layers.core.delivery.models import Preference

RANKS = (_("First over"), _("then"), _("then"))
DAYS = (
    (1, _("Mon")),
    (2, _("Tue")),
    (3, _("Wed")),
    (4, _("Thu")),
    (5, _("Fri")),
    (6, _("Sat")),
    (7, _("Sun")),
)
FLOORS = (
    ("", _("Everything")),
    ("medium", _("Medium and graver")),
    ("high", _("High and critical")),
    ("critical", _("Critical only")),
)


class PreferenceForm(forms.Form):
    """Channels in order as three lists; quiet hours; the least severity."""

    floor = forms.ChoiceField(label=_("Ring for"), choices=FLOORS, required=False)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False)
    quiet_to = forms.TimeField(label=_("to"), required=False)
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("beginning on"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, channels: list[tuple[str, str]], *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for widget in ("quiet_from", "quiet_to"):
            self.fields[widget].widget = forms.TimeInput(
                format="%H:%M", attrs={"type": "time"}
            )
        for number, label in enumerate(RANKS, 1):
            self.fields[f"channel_{number}"] = forms.ChoiceField(
                label=label, choices=[("", "—"), *channels], required=False
            )
        self.fields["off_duty"] = forms.ChoiceField(
            label=_("Off duty only over"),
            choices=[("", _("the same as on duty")), *channels],
            required=False,
        )

    @property
    def ranked(self) -> list[Any]:
        return [self[f"channel_{number}"] for number in range(1, len(RANKS) + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("quiet_from") is None) != (data.get("quiet_to") is None):
            self.add_error("quiet_to", _("Quiet hours have a beginning and an end."))
        return data

    def save(self, user: Any) -> Preference:
        data = self.cleaned_data
        chosen = [data[f"channel_{number}"] for number in range(1, len(RANKS) + 1)]
        held, _made = Preference.objects.update_or_create(
            user=user,
            defaults={
                "channels": list(dict.fromkeys(slug for slug in chosen if slug)),
                "floor": data["floor"],
                "quiet_from": data["quiet_from"],
                "quiet_to": data["quiet_to"],
                "quiet_days": data["quiet_days"],
                "off_duty": data["off_duty"],
            },
        )
        return held


def initial(held: Preference | None) -> dict[str, Any]:
    """What stands in the form at first."""
    if held is None:
        return {"quiet_days": [day for day, _title in DAYS]}
    return {
        "floor": held.floor,
        "quiet_from": held.quiet_from,
        "quiet_to": held.quiet_to,
        "quiet_days": held.quiet_days or [day for day, _title in DAYS],
        "off_duty": held.off_duty,
        **{f"channel_{n}": slug for n, slug in enumerate(held.channels, 1)},
    }
