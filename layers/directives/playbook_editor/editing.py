"""The state of the editor between two requests: it all travels in the form, so that a
step can be added, moved or removed without a script and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from layers.directives.models import Playbook
from layers.directives.playbooks import MOST_STEPS

from .forms import HeadForm, RungForm, StepForm, rungs_of, values_of
from .store import Content

RUNGS = 6
TOTAL = "steps-total"
NEW_STEP = {"kind": "containing_unit", "evidence": "none", "after": 0}
# Fields of a step that hold several values.
MANY = frozenset({"co", "severities"})


@dataclass(slots=True)
class Editor:
    """The forms of the page."""

    head: HeadForm
    steps: list[StepForm]
    rungs: list[RungForm]

    def is_valid(self) -> bool:
        """Every form is asked, so that every problem is shown."""
        checked = [form.is_valid() for form in (self.head, *self.steps, *self.rungs)]
        whole = all(checked)
        if not self.steps:
            return False
        for number, form in enumerate(self.steps, 1):
            if form.is_valid() and form.kept.after >= number:
                form.add_error("after", _after_text(number))
                whole = False
        return whole

    def content(self) -> Content:
        """What the valid forms say."""
        values = self.head.cleaned_data
        return Content(
            title=values["title"],
            title_en=values["title_en"],
            legal_basis=values["legal_basis"],
            triggers=values["triggers"],
            area_km=values["area_km"],
            auto_issue=values["auto_issue"],
            ladder=rungs_of(self.rungs),
            steps=[
                form.kept.model_dump(mode="json", exclude_none=True)
                for form in self.steps
            ],
        )


def _after_text(number: int) -> str:
    return _("A step comes after an earlier one: 0 to %(last)s.") % {"last": number - 1}


def of_playbook(playbook: Playbook | None) -> Editor:
    """The editor as it opens: a version, or an empty playbook."""
    if playbook is None:
        return _editor({}, [dict(NEW_STEP)], [], "")
    head = {
        name: getattr(playbook, name)
        for name in HeadForm.base_fields
        if name not in ("note",)
    }
    steps = [values_of(step) for step in playbook.typed_steps]
    ladder = [rung.model_dump() for rung in playbook.typed_ladder]
    return _editor(head, steps, ladder, playbook.slug)


def _editor(
    head: Mapping[str, Any],
    steps: list[dict[str, Any]],
    ladder: list[dict[str, Any]],
    slug: str,
) -> Editor:
    padded = [*ladder, *({} for _number in range(len(ladder), RUNGS))]
    return Editor(
        HeadForm(initial=dict(head), slug=slug),
        [
            StepForm(initial=values, prefix=f"steps-{number}")
            for number, values in enumerate(steps)
        ],
        [
            RungForm(initial=values, prefix=f"ladder-{number}")
            for number, values in enumerate(padded)
        ],
    )


def _total(data: QueryDict) -> int:
    text = data.get(TOTAL, "0")
    return min(int(text), MOST_STEPS) if text.isdecimal() and len(text) < 4 else 0


def sent(data: QueryDict, slug: str) -> Editor:
    """The editor with what was sent, to be checked."""
    return Editor(
        HeadForm(data, slug=slug, initial={"triggers": data.getlist("triggers")}),
        [StepForm(data, prefix=f"steps-{number}") for number in range(_total(data))],
        [RungForm(data, prefix=f"ladder-{number}") for number in range(RUNGS)],
    )


def rearranged(data: QueryDict, slug: str, act: str) -> Editor:
    """What was sent, with a step added (``add-2``: after the second), moved
    (``up-2``, ``down-2``) or removed (``remove-2``); what followed still does."""
    steps = [_raw(data, f"steps-{n}-", StepForm) for n in range(_total(data))]
    order: list[int | None] = list(range(len(steps)))
    verb, _dash, text = act.partition("-")
    place = int(text) if text.isdecimal() and len(text) < 3 else len(steps)
    if verb == "add" and len(steps) < MOST_STEPS:
        order.insert(min(place, len(order)), None)
    elif verb == "remove" and 1 <= place <= len(order):
        order.pop(place - 1)
    elif verb == "up" and 2 <= place <= len(order):
        order[place - 2 : place] = order[place - 2 : place][::-1]
    elif verb == "down" and 1 <= place < len(order):
        order[place - 1 : place + 1] = order[place - 1 : place + 1][::-1]
    numbers = {old + 1: new for new, old in enumerate(order, 1) if old is not None}
    arranged = [
        dict(NEW_STEP) if old is None else _followed(steps[old], numbers)
        for old in order
    ]
    head = _raw(data, "", HeadForm) | {"triggers": data.getlist("triggers")}
    ladder = [_raw(data, f"ladder-{n}-", RungForm) for n in range(RUNGS)]
    return _editor(head, arranged, ladder, slug)


def _raw(data: QueryDict, prefix: str, form: type[Any]) -> dict[str, Any]:
    return {
        name: data.getlist(prefix + name) if name in MANY else data.get(prefix + name)
        for name in form.base_fields
    }


def _followed(step: dict[str, Any], numbers: dict[int, int]) -> dict[str, Any]:
    after = step.get("after") or ""
    if not after.isdecimal():
        return step
    return {**step, "after": numbers.get(int(after), 0)}
