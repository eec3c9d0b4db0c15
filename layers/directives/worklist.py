"""Which directives concern the caller: theirs, their unit's, what waits for them."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import rules
from .access import Who
from .models import Extension, Task
from .queries import visible

SHOWS: tuple[tuple[str, Promise], ...] = (
    ("waiting", _("Waiting for me")),
    ("mine", _("Mine")),
    ("ours", _("My unit")),
    ("overdue", _("Overdue")),
    ("exercise", _("Exercise")),
)
NOTHING = Q(pk__in=[])
# A unit has something to do about a task in these states.
TO_DO = (rules.ISSUED, rules.RECEIVED, rules.IN_PROGRESS)


def condition(show: str, who: Who) -> Q | None:
    """The directives of one of :data:`SHOWS`; None for any other word."""
    if show == "waiting":
        return _waiting(who)
    if show == "mine":
        me = who.acting_id
        own = Q(drafted_by=me) | Q(signed_by=me) | Q(supervisor=me)
        return own | _with_task(Q(assignee=me))
    if show == "ours":
        units = _units(who)
        return _with_task(Q(unit_id__in=units) | Q(co_units__overlap=units))
    if show == "overdue":
        return Q(clock="overdue")
    if show == "exercise":
        return Q(cap_status="Exercise")
    return None


def counts(who: Who) -> dict[str, int]:
    """How many open directives each of :data:`SHOWS` has."""
    asked = {
        show: Count("pk", filter=condition(show, who) or NOTHING) for show, _t in SHOWS
    }
    rows = visible(who.rights).filter(status__in=sorted(rules.OPEN))
    return rows.order_by().aggregate(**asked)


def _waiting(who: Who) -> Q:
    """Where the next step is the caller's: sign, answer, confirm, or do the work."""
    found = NOTHING
    running = Q(status__in=sorted(rules.RUNNING))
    if who.signs():
        asked = Extension.objects.filter(task__directive=OuterRef("pk"), granted=None)
        found |= Q(status__in=(rules.DRAFT, rules.RETURNED))
        found |= running & Q(Exists(asked))
    if who.oversees():
        found |= Q(status=rules.REPORTED)
    units = _units(who)
    if units:
        found |= running & _with_task(Q(unit_id__in=units, status__in=TO_DO))
    return found


def _units(who: Who) -> list[int]:
    """Units that the caller works for."""
    granted = who.rights.units
    if granted is None:
        own = who.acting.unit_id if who.acting is not None else None
        return [own] if own is not None and who.works_for(own) else []
    return sorted(granted) if any(map(who.works_for, sorted(granted)[:1])) else []


def _with_task(wanted: Q) -> Q:
    return Q(Exists(Task.objects.filter(wanted, directive=OuterRef("pk"))))
