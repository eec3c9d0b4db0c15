"""Trying a playbook: who would be addressed, with which words and deadlines. Nothing is
written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.alerts import queries as alerts
from layers.alerts.models import Alert, Severity
from layers.core import units
from layers.core.drawnfield import DrawnField
from layers.core.scope import Grant
from layers.core.units import Contact
from layers.directives import planning
from layers.directives.dispatch import place_words, subject_of
from layers.directives.models import Playbook
from layers.directives.planning import Planned, Subject
from layers.directives.resolving import Place

# So many past alerts are offered.
OFFERED = 40


class TryForm(forms.Form):
    """A past alert, or a place; the moment at which it would be issued."""

    alert = forms.ChoiceField(label=_("A past alert"), required=False)
    geom = DrawnField(label=_("or a place or an area"), required=False)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, required=False
    )
    value = forms.FloatField(label=_("Value"), required=False)
    at = forms.DateTimeField(
        label=_("Issued at"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def __init__(
        self,
        *args: Any,
        playbook: Playbook,
        grant: Grant,
        csp_nonce: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(alert.pk): alert for alert in past(playbook, grant)}
        self.fields["alert"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *(
                (key, f"{timezone.localtime(a.raised_at):%d/%m %H:%M} · {a.title}")
                for key, a in self.offered.items()
            ),
        ]
        self.fields["geom"].widget.csp_nonce = csp_nonce

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("alert") and not values.get("geom"):
            raise forms.ValidationError(_("Choose an alert, or a place on the map."))
        return values


@dataclass(frozen=True, slots=True)
class Shown:
    """A task for the page; ``contact`` as the reader may see it."""

    task: Planned
    unit: str
    co_units: str
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    number: int
    tasks: list[Shown]

    @property
    def first(self) -> Planned:
        return self.tasks[0].task


def past(playbook: Playbook, grant: Grant) -> list[Alert]:
    """Alerts that the reader may see, those of the playbook's own rules first."""
    rows = alerts.visible(grant).select_related("rule").order_by("-raised_at")
    own = rows.filter(playbook=playbook.slug) | rows.filter(
        rule__slug__in=playbook.triggers
    )
    found = list(own[:OFFERED])
    known = {alert.pk for alert in found}
    return [*found, *rows.exclude(pk__in=known)[: OFFERED - len(found)]]


def tried(playbook: Playbook, form: TryForm, grant: Grant) -> list[ShownStep]:
    """The plan of a valid form, by step."""
    values = form.cleaned_data
    at: datetime = values["at"] or timezone.now()
    subject = _subject(playbook, form, at)
    planned = planning.plan(playbook.typed_steps, subject, at)
    return [
        ShownStep(number, [_shown(task, grant) for task in tasks])
        for number, tasks in groupby(planned, key=lambda task: task.number)
    ]


def _subject(playbook: Playbook, form: TryForm, at: datetime) -> Subject:
    values = form.cleaned_data
    alert = form.offered.get(values["alert"])
    if alert is not None:
        return subject_of(alert, playbook.area_km)
    place = Place.of(values["geom"], around_km=playbook.area_km)
    value = values["value"]
    return Subject(
        place=place,
        values={
            **place_words(place, at),
            "feature": "…",
            "value": planning.number(value),
        },
        severity=values["severity"],
        value=value,
    )


def _shown(task: Planned, grant: Grant) -> Shown:
    addressee, tree = task.addressee, units.tree()
    if addressee is None:
        return Shown(task, "", "", None)
    contact = addressee.contact
    return Shown(
        task,
        tree.title(addressee.unit_id),
        ", ".join(map(tree.title, addressee.co_units)),
        contact.shown(grant.masks) if contact else None,
    )
