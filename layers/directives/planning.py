"""What a playbook comes to at a place: who, what, by when. Nothing is written here;
the same plan becomes a directive, or is shown to whoever tries the playbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from layers.core import queries, units
from layers.core.filters import FilterError
from layers.core.queries import FeatureQuery
from layers.core.scope import everything

from . import calendar
from .calendar import Calendar
from .drafting import TaskDraft
from .playbooks import Step, When
from .resolving import Addressee, AddressError, Place, addressees, layer_of

MOMENT = "H:i d/m/Y"
# So many units are named in the text of a step.
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What has happened: the place, the words that texts name, and what conditions
    ask for. ``value``: what was measured, None where nothing was."""

    place: Place
    values: dict[str, str] = field(default_factory=dict)
    severity: str = ""
    part: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One task of a step. ``addressee`` None: there is none, ``problem`` says why.
    The clocks run from ``starts_at`` if all before it is done in time."""

    number: int
    step: Step
    title: str
    text: str
    starts_at: datetime
    needed_by: datetime
    legal_deadline: datetime
    after: int = 0
    addressee: Addressee | None = None
    problem: str = ""


def plan(
    steps: Sequence[Step], subject: Subject, at: datetime | None = None
) -> list[Planned]:
    """All tasks of all steps, in order, were the directive issued at ``at`` (now).

    A step that addresses nobody, or whose condition is not met, is there once with
    its ``problem``; what comes after it begins when what it comes after is done.
    """
    at = at or timezone.now()
    days = calendar.current()
    found: list[Planned] = []
    for number, step in enumerate(steps, 1):
        after = _after(step.after, steps, found)
        starts = max(
            (task.needed_by for task in found if task.number == after), default=at
        )
        found += _planned(number, step, after, starts, subject, at, days)
    return found


def _after(number: int, steps: Sequence[Step], found: list[Planned]) -> int:
    """The step to wait for: one without tasks would never be reported."""
    with_tasks = {task.number for task in found if task.addressee is not None}
    while number and number not in with_tasks:
        number = steps[number - 1].after
    return number


def _planned(
    number: int,
    step: Step,
    after: int,
    starts: datetime,
    subject: Subject,
    at: datetime,
    days: Calendar,
) -> list[Planned]:
    whom, problem = _whom(step, subject, at)
    needed_by = starts + timedelta(minutes=step.needed_by_min)
    legal = (
        days.add(starts, step.deadline_min)
        if step.working
        else starts + timedelta(minutes=step.deadline_min)
    )
    found = []
    each: list[Addressee | None] = [*whom] or [None]
    for addressee in each:
        values = words(subject, addressee, needed_by)
        found.append(
            Planned(
                number=number,
                step=step,
                title=step.headed(values),
                text=step.filled(values),
                starts_at=starts,
                needed_by=needed_by,
                legal_deadline=legal,
                after=after,
                addressee=addressee,
                problem=problem,
            )
        )
    return found


def _whom(step: Step, subject: Subject, at: datetime) -> tuple[list[Addressee], str]:
    try:
        if step.when is not None and not met(step.when, subject):
            return [], _("its condition is not met")
        whom = addressees(step, subject.place, at)
    except (AddressError, FilterError) as error:
        return [], str(error)
    return whom, "" if whom else _("nobody was found to address")


def met(when: When, subject: Subject) -> bool:
    """Whether a step's condition holds. What is not known does not hold."""
    layer, feature_id, _title = subject.place.feature
    if when.severities and subject.severity not in when.severities:
        return False
    if when.parts and subject.part not in when.parts:
        return False
    if when.at_least is not None and (
        subject.value is None or subject.value < when.at_least
    ):
        return False
    if not when.filter:
        return True
    if not layer or feature_id is None:
        return False
    asked = FeatureQuery(ids=(feature_id,), filter=when.filter, limit=1)
    return bool(queries.features(layer_of(layer), everything(), asked))


def words(
    subject: Subject, addressee: Addressee | None, needed_by: datetime
) -> dict[str, str]:
    """The words of the subject with those of one addressee."""
    more = {"deadline": date_format(timezone.localtime(needed_by), MOMENT)}
    if addressee is not None:
        contact = addressee.contact
        title = units.tree().title(addressee.unit_id)
        more |= {
            "unit": addressee.agency or title,
            "officer": f"{contact.position} {contact.person}" if contact else title,
            "target": addressee.feature[2],
            "distance": number((addressee.distance_m or 0) / 1_000),
        }
    return {
        **dict.fromkeys(("unit", "officer", "target", "distance"), "…"),
        **subject.values,
        **more,
    }


def number(value: float | None) -> str:
    """A figure as the reader writes it, two decimals at most; "" for none."""
    if value is None:
        return ""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return str(number_format(text, use_l10n=True))


def tasks(planned: Sequence[Planned]) -> tuple[TaskDraft, ...]:
    """The plan as tasks of a draft, each unit, step and feature once."""
    found = {
        (task.addressee.unit_id, task.number, task.addressee.feature[:2]): TaskDraft(
            unit_id=task.addressee.unit_id,
            step=task.number,
            after_step=task.after,
            title=task.title,
            body=_with_evidence(task),
            co_units=task.addressee.co_units,
            feature=task.addressee.feature,
            needed_min=task.step.needed_by_min,
            legal_min=task.step.deadline_min,
            working=task.step.working,
            needs_evidence=task.step.needs_evidence,
            evidence=task.step.evidence if task.step.needs_evidence else "",
            agency=task.addressee.agency,
        )
        for task in planned
        if task.addressee is not None
    }
    return tuple(found.values())


def evidence_word(kind: str) -> str:
    """What kind of evidence a step asks for, in words; "" for none."""
    return {
        "file": _("a file"),
        "photo": _("a photo"),
        "photo_at_place": _("a photo taken at the place"),
    }.get(kind, "")


def _with_evidence(task: Planned) -> str:
    word = evidence_word(task.step.evidence)
    return f"{task.text}\n{_('Evidence')}: {word}." if word else task.text


def body(planned: Sequence[Planned]) -> str:
    """The steps as the text of the order, numbered when there are several; of a step
    for many units the first of them are named."""
    numbers = dict.fromkeys(task.number for task in planned)
    texts = [_line([t for t in planned if t.number == number]) for number in numbers]
    if len(texts) == 1:
        return texts[0]
    return "\n".join(f"{place}. {text}" for place, text in enumerate(texts, 1))


def _line(of_step: list[Planned]) -> str:
    first = of_step[0]
    if first.addressee is None:
        return f"{first.title} – {first.problem}."
    if len(of_step) == 1:
        return first.text
    tree = units.tree()
    named = dict.fromkeys(
        tree.title(t.addressee.unit_id) for t in of_step if t.addressee
    )
    shown = [*list(named)[:NAMED], *(["…"] if len(named) > NAMED else [])]
    return f"{first.title}: {', '.join(shown)}."
