"""What differs between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from layers.directives.models import Playbook
from layers.directives.playbooks import Step

from . import words


@dataclass(frozen=True, slots=True)
class Change:
    """``where``: the step or "" for the playbook; ``old`` or ``new`` may be ""."""

    where: str
    what: str
    old: str
    new: str


def changes(old: Playbook, new: Playbook) -> list[Change]:
    """Everything that differs, in the order of the new version."""
    found = [
        Change("", name, before, after)
        for (name, before), (_name, after) in zip(
            _facts(old).items(), _facts(new).items(), strict=True
        )
        if before != after
    ]
    return [*found, *_steps(old.typed_steps, new.typed_steps)]


def _facts(playbook: Playbook) -> dict[str, str]:
    return {
        _("name"): playbook.title,
        _("name in English"): playbook.title_en,
        _("legal basis"): playbook.legal_basis,
        _("started by rules"): ", ".join(playbook.triggers),
        _("area around the place, km"): f"{playbook.area_km or 0:g}",
        _("issued by rule, without a signature"): _("yes")
        if playbook.auto_issue
        else _("no"),
        _("escalation"): "; ".join(map(words.rung, playbook.typed_ladder)),
    }


def _steps(old: list[Step], new: list[Step]) -> Iterator[Change]:
    """Steps are the same by their title; what is left is paired in order."""
    matcher = SequenceMatcher(
        None, [step.title for step in old], [step.title for step in new], autojunk=False
    )
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for offset in range(max(i2 - i1, j2 - j1)):
            before = old[i1 + offset] if i1 + offset < i2 else None
            after = new[j1 + offset] if j1 + offset < j2 else None
            where = _("Step %(n)s") % {"n": (j1 if after else i1) + offset + 1}
            if before is None or after is None:
                yield Change(
                    where,
                    _("step"),
                    before.title if before else "",
                    after.title if after else "",
                )
            else:
                yield from _fields(where, before, after)


def _fields(where: str, old: Step, new: Step) -> Iterator[Change]:
    mine, others = told(old), told(new)
    for name, value in mine.items():
        if value != others[name]:
            yield Change(where, name, value, others[name])


def told(step: Step) -> dict[str, Any]:
    """A step in words, by what each is about."""
    return {
        _("title"): step.title,
        _("text"): step.text,
        _("addressed"): words.who(step.to),
        _("with"): "; ".join(map(words.who, step.co)),
        _("needed within"): words.minutes(step.needed_by_min),
        _("legal deadline"): words.minutes(step.deadline_min, step.working),
        _("evidence"): words.evidence(step.evidence),
        _("after step"): str(step.after or ""),
        _("only when"): words.condition(step),
    }
