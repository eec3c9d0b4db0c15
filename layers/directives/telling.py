"""Who is told of a task, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from layers.core import delivery, people, units
from layers.core.units import Contact

from . import delegating, log
from .models import Directive, Task

Text = str | Promise | Callable[[], str]
Reached = tuple[set[int], list[Contact]]


def reach(directive: Directive, task: Task, to: Collection[str]) -> Reached:
    """Ids of users, and contacts of units: ``assignee``, ``unit``, ``unit_above``,
    ``supervisor`` (every one when none is named), ``leader``; and who stands in for
    them."""
    users = {task.assignee_id} if "assignee" in to and task.assignee_id else set()
    contacts: list[Contact] = []
    if "unit" in to and task.unit_id is not None:
        contacts += _answering(task.unit_id, task.agency)
    if "unit_above" in to:
        above = units.tree().ancestors(task.unit_id)
        contacts += _answering(above[1].id) if len(above) > 1 else []
    if "supervisor" in to:
        named = directive.supervisor_id
        users |= {named} if named else _playing("supervisor", directive)
    if "leader" in to:
        users |= _playing("leader", directive)
    return _with_stand_ins(users, contacts), contacts


def _answering(unit_id: int, agency: str = "") -> list[Contact]:
    """Who answers for a unit. Agencies answer through the province, as its officers for
    a field: what is for one of them, or for the province, is not told to the others."""
    known, nodes = units.responsible(unit_id), units.tree().nodes
    of_agency = [contact for contact in known if agency and agency in contact.field]
    return of_agency or [
        contact
        for contact in known
        if not contact.field or nodes[contact.unit_id].parent_id is not None
    ]


def _with_stand_ins(users: set[int], contacts: list[Contact]) -> set[int]:
    named = {contact.user_id for contact in contacts if contact.user_id is not None}
    return users | delegating.takers(users | named)


def _playing(role: str, directive: Directive) -> set[int]:
    """Active users of a role who may see the directive."""
    found = get_user_model().objects.filter(is_active=True, groups__name=role)
    seeing = people.who_see(found, log.SLUG, directive.unit_id)
    return {user.pk for user in seeing}


def send(
    directive: Directive, task: Task, key: str, to: Reached, what: Text, body: Text = ""
) -> None:
    """One notice of a task; nobody to tell is not an error."""
    users, contacts = to
    if not users and not contacts:
        return
    delivery.send(
        delivery.Notice(
            key=key,
            kind="directive",
            severity=directive.severity,
            subject=partial(_subject, directive, what),
            body=partial(_body, directive, task, body),
            short=partial(_short, directive),
            url=reverse("directives:detail", args=[directive.pk]),
            users=sorted(users),
            contacts=contacts,
            unit_id=task.unit_id,
            layer=log.SLUG,
            feature_id=directive.pk,
        )
    )


def tell(
    directive: Directive, tasks: Iterable[Task], key: str, what: Text, body: str
) -> None:
    """Who handles these tasks and who answers for their units."""
    for task in tasks:
        to = reach(directive, task, ("assignee", "unit"))
        send(directive, task, f"{key}:{task.pk}", to, what, body)


def tell_centre(
    directive: Directive, task: Task, key: str, what: Text, body: str
) -> None:
    """Who drafted and signed the directive, and who supervises it."""
    users, _contacts = reach(directive, task, ("supervisor",))
    users |= {u for u in (directive.drafted_by_id, directive.signed_by_id) if u}
    send(directive, task, key, (_with_stand_ins(users, []), []), what, body)


def _subject(directive: Directive, what: Text) -> str:
    said = what() if callable(what) else str(what)
    return f"{said}: {directive.number} {directive.title}"


def _short(directive: Directive) -> str:
    return _("Directive %(number)s needs you.") % {"number": directive.number}


def _body(directive: Directive, task: Task, said: Text) -> str:
    words = said() if callable(said) else str(said)
    lines = [words, units.tree().title(task.unit_id), task.title]
    for title, at in (
        (_("Needed by"), task.needed_by),
        (_("Legal deadline"), task.legal_deadline),
    ):
        if at is not None:
            lines.append(f"{title}: {delivery.moment(timezone.localtime(at))}")
    return "\n".join(filter(None, lines))
