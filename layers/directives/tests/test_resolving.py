"""Whom steps address, on rows of PostGIS: two communes side by side, boats, areas."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from django.apps import apps
from django.db import connection

from layers.alerts.tests.trial import BOATS
from layers.core import units
from layers.core.spec import by_role
from layers.directives.playbooks import Step
from layers.directives.resolving import Place, addressees, layer_of

BASE = {"title": "Step", "text": "Do it", "needed_by_min": 1, "deadline_min": 2}
WEST, EAST = (105.9, 19.0), (106.1, 19.0)


def step(to, **more) -> Step:
    return Step.model_validate({**BASE, "to": to, **more})


def units_of(found) -> list[int]:
    return [entry.unit_id for entry in found]


@pytest.fixture
def boats(world) -> dict[str, int]:
    """Boat 1 and 2 of the west, 3 of the east, 4 of nobody, in a row to the east."""
    rows = [
        (1, "TH-1", 105.90, 19.0, world["west"], "fishing"),
        (2, "TH-2", 105.95, 19.0, world["west"], "cargo"),
        (3, "TH-3", 106.05, 19.0, world["east"], "fishing"),
        (4, "TH-4", 106.15, 19.0, None, "fishing"),
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO trial_boats (id, title, geom, unit_id, kind, at)"
            " VALUES (%s, %s, ST_Point(%s, %s, 4326), %s, %s, now())",
            rows,
        )
    return world


def test_the_unit_around_the_place(world):
    assert units_of(
        addressees(step("containing_unit"), Place.of(shapely.Point(EAST)))
    ) == [world["east"]]


def test_at_sea_it_is_the_nearest_commune(world):
    far = Place.of(shapely.Point(108.0, 19.0))
    assert units_of(addressees(step("containing_unit"), far)) == [world["east"]]


def test_the_unit_of_the_feature_wherever_it_is(world):
    place = Place.of(shapely.Point(EAST), feature_unit=world["west"])
    assert units_of(addressees(step("unit_of_feature"), place)) == [world["west"]]


def test_a_feature_of_nobody_addresses_nobody(world):
    assert addressees(step("unit_of_feature"), Place.of(shapely.Point(EAST))) == []


def test_the_unit_above_never_leaves_the_tree(world):
    root = units.tree().nodes[world["east"]].parent_id
    place = Place.of(shapely.Point(EAST))
    for levels in (1, 4):
        to = {"kind": "unit_above", "levels": levels}
        assert units_of(addressees(step(to), place)) == [root]
    feature = Place.of(None, feature_unit=world["west"])
    to = {"kind": "unit_above", "of": "feature"}
    assert units_of(addressees(step(to), feature)) == [root]


def test_an_agency_is_reached_through_the_province(world):
    found = addressees(
        step({"kind": "role", "agency": "Border guard"}), Place.of(shapely.Point(EAST))
    )
    assert [(entry.agency, entry.unit_id) for entry in found] == [
        ("Border guard", units.tree().nodes[world["east"]].parent_id)
    ]


def test_the_nearest_of_a_layer_in_order_within_the_distance(boats):
    to = {"kind": "nearest", "layer": BOATS, "count": 3, "within_km": 18}
    found = addressees(step(to), Place.of(shapely.Point(105.9, 19.0)))
    assert [entry.feature for entry in found] == [
        (BOATS, 1, "TH-1"),
        (BOATS, 2, "TH-2"),
        (BOATS, 3, "TH-3"),
    ]
    assert units_of(found) == [boats["west"], boats["west"], boats["east"]]
    assert [entry.distance_m for entry in found] == pytest.approx(
        [0, 5_264, 15_792], abs=60
    )


def test_a_boat_is_not_its_own_help_and_a_filter_holds(boats):
    to = {
        "kind": "nearest",
        "layer": BOATS,
        "count": 2,
        "within_km": 100,
        "filter": "kind = 'fishing'",
    }
    place = Place.of(shapely.Point(105.9, 19.0), feature=(BOATS, 1, "TH-1"))
    found = addressees(step(to), place)
    assert [entry.feature[1] for entry in found] == [3, 4]


def test_what_belongs_to_nobody_is_addressed_through_the_unit_around_it(boats):
    to = {"kind": "nearest", "layer": BOATS, "count": 1, "within_km": 5}
    found = addressees(step(to), Place.of(shapely.Point(106.15, 19.0)))
    assert units_of(found) == [boats["east"]]


def test_all_of_a_layer_inside_the_area(boats):
    to = {"kind": "inside", "layer": BOATS}
    place = Place.of(shapely.box(105.93, 18.9, 106.1, 19.1))
    found = addressees(step(to), place)
    assert sorted(entry.feature[1] for entry in found) == [2, 3]
    assert addressees(step(to), Place.of(shapely.Point(EAST))) == []


def test_one_task_for_each_unit_names_its_features(boats):
    to = {"kind": "inside", "layer": BOATS, "per": "unit"}
    found = addressees(step(to), Place.of(shapely.box(105.8, 18.9, 106.1, 19.1)))
    named = {entry.unit_id: entry.feature for entry in found}
    assert named[boats["east"]] == (BOATS, None, "TH-3")
    assert set(named[boats["west"]][2].split(", ")) == {"TH-1", "TH-2"}
    assert len(found) == 2


def test_all_communes_that_the_area_touches_the_largest_part_first(world):
    place = Place.of(shapely.box(105.98, 18.9, 106.1, 19.1))
    assert units_of(addressees(step("units_inside"), place)) == [
        world["east"],
        world["west"],
    ]


def test_the_first_may_lead_the_others(world):
    place = Place.of(shapely.box(105.98, 18.9, 106.1, 19.1))
    found = addressees(step({"kind": "units_inside", "lead": "first"}), place)
    assert [(e.unit_id, e.co_units) for e in found] == [
        (world["east"], (world["west"],))
    ]


def test_an_area_at_sea_goes_to_the_nearest_commune(world):
    place = Place.of(shapely.box(107.0, 18.9, 107.5, 19.1))
    assert units_of(addressees(step("units_inside"), place)) == [world["east"]]


def test_who_works_with_the_lead_is_named_once_and_never_the_lead(world):
    place = Place.of(shapely.Point(EAST), feature_unit=world["west"])
    found = addressees(
        step(
            "containing_unit",
            co=["unit_of_feature", "containing_unit", {"kind": "unit_of_feature"}],
        ),
        place,
    )
    assert [(e.unit_id, e.co_units) for e in found] == [
        (world["east"], (world["west"],))
    ]


def test_whoever_is_on_duty_is_named_or_the_officer_for_the_field(world):
    officer = apps.get_model(by_role("administrative-units").app_label, "Officer")
    for number, (role, about) in enumerate((("duty", ""), ("field", "fisheries"))):
        officer.objects.create(
            unit_id=world["east"],
            person=f"Person {number}",
            position=role,
            role=role,
            field=about,
            order=number,
        )
    place = Place.of(shapely.Point(EAST))
    (anyone,) = addressees(step("containing_unit"), place)
    (special,) = addressees(
        step({"kind": "containing_unit", "contact_field": "fisheries"}), place
    )
    assert (anyone.contact.position, special.contact.position) == ("duty", "field")


def test_units_that_have_ended_are_not_addressed(world):
    model = apps.get_model(by_role("administrative-units").model)
    model.objects.filter(pk=world["west"]).update(valid_to=date(2020, 1, 1))
    units.tree.forget()
    place = Place.of(shapely.box(105.98, 18.9, 106.1, 19.1))
    assert units_of(addressees(step("units_inside"), place)) == [world["east"]]


def test_layers_are_found_by_role_or_slug():
    role = next(role for role in by_role("alarms").roles)
    assert layer_of(role) == layer_of(by_role("alarms").slug)
    with pytest.raises(ValueError, match="no layer 'nowhere'"):
        layer_of("nowhere")


def test_several_places_get_a_circle_each():
    area = Place.of(shapely.MultiPoint([WEST, EAST]), around_km=2).area
    assert len(area.geoms) == 2
