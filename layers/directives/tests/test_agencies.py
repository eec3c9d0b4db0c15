"""Orders to an agency at the centre: it is named, and its own people are told."""

from __future__ import annotations

import pytest
from django.utils import timezone

from layers.core import units
from layers.core.units import Contact, Roster
from layers.directives import (
    drafts,
    new_view,
    planning,
    redrafting,
    resolving,
    services,
    telling,
)
from layers.directives.planning import Subject
from layers.directives.playbooks import Step
from layers.directives.resolving import Place

from .conftest import STEP

HEALTH, POLICE = "Department of Health", "Police"
FIELDS = {"duty": "", "health": HEALTH, "police": POLICE}


@pytest.fixture
def top(world) -> int:
    return units.tree().ancestors(world["east"])[-1].id


@pytest.fixture
def agencies(top):
    """The province with whoever is on duty and an officer for each agency."""

    def run(unit_ids, at):  # type: ignore[no-untyped-def]
        return [
            Contact(
                unit_id=top,
                person=name,
                position="Duty",
                role="field" if field else "duty",
                field=field,
                on_duty=not field,
                user_id=None,
                phones=(),
                email=f"{name}@agency.example",
                mask="",
            )
            for name, field in FIELDS.items()
            if top in unit_ids
        ]

    with units.rosters.override(Roster(slug="trial", order=99, run=run)):
        yield


def planned(world) -> tuple:
    plain = {name: value for name, value in STEP.items() if name != "addressee"}
    step = Step.model_validate({**plain, "to": {"kind": "role", "agency": HEALTH}})
    place = Place(lon=106.1, lat=19.05, feature_unit=world["east"])
    [addressee] = resolving.addressees(step, place, timezone.now())
    assert addressee.contact is not None
    assert addressee.contact.person == "health"
    return planning.tasks(planning.plan([step], Subject(place=place)))


def test_the_task_names_the_agency_and_keeps_it_on_its_way(
    world, people, agencies, top
) -> None:
    [task] = planned(world)
    assert (task.unit_id, task.agency) == (top, HEALTH)
    given = drafts.DraftIn(
        key="12345678",
        title="Help",
        body="Help them.",
        tasks=[drafts.TaskIn(unit=top, agency=task.agency, needs_evidence=True,
                             evidence="photo_at_place")],
    )  # fmt: skip
    directive = drafts.save(given, people["operator"])
    shown = new_view._stored(directive)["tasks"][0]
    assert (shown["agency"], shown["evidence"]) == (HEALTH, "photo_at_place")
    before = directive.updated_at
    again = redrafting.redraft(
        directive.pk, drafts.to_draft(given, people["operator"]), people["operator"]
    )
    assert again.updated_at == before


def test_an_order_to_one_agency_is_not_told_to_the_others(
    world, people, agencies, top
) -> None:
    given = drafts.DraftIn(
        key="12345678",
        title="Help",
        body="Help them.",
        tasks=[
            drafts.TaskIn(unit=top, agency=HEALTH),
            drafts.TaskIn(unit=top, step=2),
        ],
    )
    directive = drafts.save(given, people["operator"])
    services.act(directive.pk, "issue", people["leader"])
    agency, province = directive.tasks.order_by("step")

    def told(task) -> list[str]:  # type: ignore[no-untyped-def]
        _users, contacts = telling.reach(directive, task, ("unit",))
        return [contact.person for contact in contacts]

    assert told(agency) == ["health"]
    assert told(province) == ["duty"]
