"""Who answers for a unit: reading the officers and the duty roster."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from layers.core.units import Contact

from .models import Duty, Officer, Role

MASK = "units.view_officer_contact"
# Whom to call first.
RANKS = (Role.DUTY, Role.LEADER, Role.FIELD)


def in_office(at: datetime) -> QuerySet[Officer]:
    """Officers in office at a time, with ``on_duty`` by the roster."""
    day = timezone.localdate(at)
    watch = Duty.objects.filter(
        officer=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at
    )
    return Officer.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
    ).annotate(on_duty=Exists(watch))


def of_units(unit_ids: Collection[int], at: datetime) -> list[Contact]:
    """Who answers for each unit itself at a time: those on duty, then duty contacts,
    leaders, and those for a field; within these by their place in the list."""
    found: Iterable[Officer] = in_office(at).filter(unit_id__in=unit_ids)
    ordered = sorted(
        found,
        key=lambda officer: (
            not officer.on_duty,  # type: ignore[attr-defined]
            RANKS.index(Role(officer.role)),
            officer.order,
            officer.pk,
        ),
    )
    return [_contact(officer) for officer in ordered]


def _contact(officer: Officer) -> Contact:
    return Contact(
        unit_id=officer.unit_id,
        person=officer.person,
        position=officer.position,
        role=officer.role,
        field=officer.field,
        on_duty=officer.on_duty,  # type: ignore[attr-defined]
        user_id=officer.user_id,
        phones=tuple(officer.phones),
        email=officer.email,
        mask=MASK,
    )
