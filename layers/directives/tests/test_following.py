"""What becomes of directives when their units end."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point, Polygon

from layers.core import events, units
from layers.core.tests import switching
from layers.core.tests.switching import DAY
from layers.core.units import Descent, followers
from layers.core.versions import current
from layers.directives import queries, services
from layers.directives.access import SYSTEM
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.log import SLUG
from layers.directives.models import Directive, Evidence


@pytest.fixture
def places(db) -> dict[str, Any]:
    """West became one and two, east became two; the province goes on."""
    found = switching.province()
    switching.descend(found)
    return found


@pytest.fixture
def order(places):  # type: ignore[no-untyped-def]
    """Issues a directive to units by their names."""

    def issue(*lead: str, place: Point | Polygon | None = None, co=()) -> Directive:
        draft = Draft(
            source="test",
            external_id=f"{lead}",
            title="Close the road",
            body="Close it.",
            tasks=tuple(
                TaskDraft(
                    unit_id=places[name].pk,
                    co_units=tuple(places[other].pk for other in co),
                )
                for name in lead
            ),
            unit_id=places[lead[0]].pk,
            geom=place,
        )
        directive = services.create(draft, SYSTEM)
        return services.act(directive.pk, "issue", SYSTEM)

    return issue


@pytest.fixture
def follow(places):  # type: ignore[no-untyped-def]
    """Lets the directives follow, as on the change day."""

    def run() -> int:
        heirs: dict[int, list[Descent]] = {}
        for line in units.lineage():
            heirs.setdefault(line.old_id, []).append(line)
        return followers["directives"].run(DAY, heirs)

    return run


def addressed(directive: Directive) -> list[int]:
    directive.refresh_from_db()
    return list(directive.tasks.values_list("unit_id", flat=True))


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (Point(105.05, 19.85, srid=4326), "one"),
        (Point(105.15, 19.85, srid=4326), "two"),
        (Point(107.0, 19.0, srid=4326), "one"),  # at sea
        (None, "one"),
    ],
)
def test_a_task_goes_to_the_unit_around_the_place_or_to_the_main_successor(
    order, follow, places, place, name
):
    directive = order("west", place=place, co=("east", "province"))
    assert follow() == 1
    unit, two, province = (places[key].pk for key in (name, "two", "province"))
    assert addressed(directive) == [unit]
    assert directive.unit_id == unit
    assert directive.scope_units == sorted({unit, two, province})
    assert set(directive.tasks.get().co_units) == {two, province} - {unit}


def test_the_history_says_which_unit_passed_it_on(order, follow, places):
    directive = order("west")
    follow()
    (moved,) = [
        event
        for event in queries.log_of(directive)
        if event.kind == "directive.unit_changed"
    ]
    assert moved.reason == "14758 → 14758"
    assert moved.old == {"units": [places["west"].pk]}
    assert moved.new["units"] == [places["one"].pk]


def test_a_closed_directive_keeps_its_unit(order, follow, places):
    directive = order("west")
    for act in ("receive", "start"):
        services.act(directive.pk, act, SYSTEM)
    services.act(directive.pk, "report", SYSTEM, text="done")
    services.act(directive.pk, "close", SYSTEM)
    assert follow() == 0
    assert addressed(directive) == [places["west"].pk]
    assert directive.scope_units == [places["west"].pk]


def test_run_twice_changes_nothing(order, follow):
    directive = order("west")
    assert follow() == 1
    before = len(events.log_of(SLUG, directive.pk))
    assert follow() == 0
    assert len(events.log_of(SLUG, directive.pk)) == before


def test_two_tasks_that_come_to_one_unit_become_one_and_lose_nothing(
    order, follow, places
):
    directive = order("west", "east", place=Point(105.15, 19.85, srid=4326))
    first, second = directive.tasks.order_by("pk")
    first.report, first.status = "sand ordered", "in_progress"
    first.save()
    for number, task in enumerate((first, second)):
        Evidence.objects.create(
            task=task,
            file="x",
            name=f"photo {number}",
            content_type="image/png",
            size=1,
            sha256=str(number) * 64,
        )
    follow()
    task = directive.tasks.get()
    assert task.unit_id == places["two"].pk
    assert task.status == "issued"  # as far as the slower of the two
    assert task.report == "sand ordered"
    assert task.evidence.count() == 2


def test_a_directive_of_other_units_is_not_touched(order, follow, places):
    directive = order("province")
    assert follow() == 0
    assert addressed(directive) == [places["province"].pk]


def test_maps_are_told_of_the_move(order, follow):
    order("west")
    before = current(SLUG)
    follow()
    assert current(SLUG) > before
