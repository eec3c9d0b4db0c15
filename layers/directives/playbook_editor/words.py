"""Playbooks in words: who is addressed, how long, what for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from layers.directives.addressing import (
    Inside,
    Nearest,
    OfLayer,
    Role,
    To,
    UnitAbove,
)
from layers.directives.checking import layer_named
from layers.directives.playbooks import Rung, Step

KINDS = (
    ("containing_unit", gettext_lazy("Unit around the place")),
    ("unit_of_feature", gettext_lazy("Unit of the feature")),
    ("unit_above", gettext_lazy("Unit above")),
    ("role", gettext_lazy("Agency at the centre")),
    ("nearest", gettext_lazy("Nearest features of a layer")),
    ("inside", gettext_lazy("All features of a layer inside the area")),
    ("units_inside", gettext_lazy("All communes that the area touches")),
)
EVIDENCE = (
    ("none", gettext_lazy("none")),
    ("file", gettext_lazy("a file")),
    ("photo", gettext_lazy("a photo")),
    ("photo_at_place", gettext_lazy("a photo taken at the place")),
)
RUNGS = (
    ("assignee", gettext_lazy("who handles the task")),
    ("unit", gettext_lazy("the unit")),
    ("unit_above", gettext_lazy("the unit above")),
    ("supervisor", gettext_lazy("the supervisor")),
    ("leader", gettext_lazy("the leader")),
)
# Office hours of a working day, for words only.
WORKING_DAY_MIN = 450


def who(to: To) -> str:
    """Whom a step addresses, in words."""
    text = str(dict(KINDS).get(getattr(to, "kind", ""), ""))
    if isinstance(to, Role):
        text = to.agency
    elif isinstance(to, UnitAbove) and to.levels > 1:
        text = _("%(levels)s levels above") % {"levels": to.levels}
    elif isinstance(to, OfLayer):
        text = _of_layer(to)
    return f"{text} ({to.contact_field})" if to.contact_field else text


def _of_layer(to: OfLayer) -> str:
    layer = layer_named(to.layer)
    values = {"layer": str(layer.title) if layer else to.layer}
    if isinstance(to, Nearest):
        values |= {"count": str(to.count), "km": f"{to.within_km:g}"}
        text = _("%(layer)s: the %(count)s nearest within %(km)s km") % values
    else:
        text = _("%(layer)s: all inside the area") % values
    if isinstance(to, Inside) or to.per == "unit":
        text += _(", by unit") if to.per == "unit" else ""
    return f"{text} [{to.filter}]" if to.filter else text


def minutes(count: int, working: bool = False) -> str:
    """A duration as people say it: days, hours, minutes."""
    day = WORKING_DAY_MIN if working else 1_440
    days, rest = divmod(count, day)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(
            ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}
            if working
            else ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
        )
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if left:
        parts.append(_("%(n)s min") % {"n": left})
    text = " ".join(parts)
    return f"{text} ({_('office hours')})" if working and not days else text


def evidence(kind: str) -> str:
    return str(dict(EVIDENCE)[kind])


def rung(entry: Rung) -> str:
    """A rung of the ladder: when, and who is told."""
    return f"{entry.at} → {dict(RUNGS)[entry.to]}"


def condition(step: Step) -> str:
    """When a step is done at all, in words; "" for always."""
    when = step.when
    if when is None:
        return ""
    parts = [", ".join(when.severities), ", ".join(when.parts)]
    if when.at_least is not None:
        parts.append(_("value at least %(value)s") % {"value": f"{when.at_least:g}"})
    return "; ".join(part for part in (*parts, when.filter) if part)


def stages(steps: list[Step]) -> list[list[dict[str, Any]]]:
    """Steps that may be done at the same time, one list after the other."""
    depth: dict[int, int] = {0: -1}
    found: list[list[dict[str, Any]]] = []
    for number, step in enumerate(steps, 1):
        depth[number] = depth[step.after] + 1
        while len(found) <= depth[number]:
            found.append([])
        found[depth[number]].append(
            {
                "number": number,
                "step": step,
                "who": who(step.to),
                "co": [who(entry) for entry in step.co],
                "needed": minutes(step.needed_by_min),
                "legal": minutes(step.deadline_min, step.working),
                "evidence": evidence(step.evidence) if step.needs_evidence else "",
                "when": condition(step),
            }
        )
    return found
