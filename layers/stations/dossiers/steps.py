"""Steps of a case, from one state to the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from layers.stations.models import Dossier

Status = Dossier.Status


@dataclass(frozen=True, slots=True)
class Step:
    """From which states, to which ("" stays); ``label`` of its text."""

    slug: str
    title: Promise
    label: Promise
    sources: tuple[str, ...]
    to: str
    decides: bool = False
    danger: bool = False


STEPS = {
    step.slug: step
    for step in (
        Step(
            "forward",
            _("Forward"),
            _("To whom, under which number"),
            (Status.DRAFT,),
            Status.FORWARDED,
        ),
        Step(
            "decide",
            _("Enter the decision"),
            _("What was decided"),
            (Status.FORWARDED,),
            Status.DECIDED,
            decides=True,
        ),
        Step(
            "close",
            _("Close the case"),
            _("Why it is closed"),
            (Status.DRAFT, Status.FORWARDED, Status.DECIDED),
            Status.CLOSED,
            danger=True,
        ),
        Step(
            "reopen",
            _("Open again"),
            _("Reason"),
            (Status.FORWARDED, Status.DECIDED, Status.CLOSED),
            Status.DRAFT,
        ),
        Step("note", _("Add a note"), _("Note"), tuple(Status.values), ""),
    )
}
