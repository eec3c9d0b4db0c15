"""What lies inside an area, for whom, and who could come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import shapely
from django.apps import apps
from django.utils import timezone

from layers.alerts.tests import trial
from layers.alerts.tests.trial import BOATS, Fix
from layers.core import queries, units
from layers.core.areas import circle
from layers.core.assets import AssetSpec, Force
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import by_role, registry
from layers.core.units import Contact, Roster, rosters
from layers.directives import forces, inside

HALF = shapely.box(105.9, 18.8, 106.1, 19.3)
ASSETS = AssetSpec(
    state="kind",
    sums=("level",),
    forces=(
        Force(
            slug="patrol",
            title="Patrol",
            icon="shield",
            filter="kind = 'law'",
            cruise_kmh=40,
            speed="speed_kn",
            detour=1.5,
            reach="level",
            fresh=True,
        ),
    ),
)


@pytest.fixture
def fleet(world):
    """Boats of the trial that are counted, one of them to be sent."""
    layer = replace(registry[BOATS], assets=ASSETS, freshness=timedelta(hours=1))
    with registry.override(layer):
        trial.deliver(
            Fix(1, 60, 105.95, 19.0, level=10),
            Fix(2, 60, 106.05, 19.0, level=5),
            Fix(3, -9_000, 106.05, 19.1),
            Fix(4, 60, 106.15, 19.1),
        )
        trial.set_boat(1, unit_id=world["west"])
        trial.set_boat(2, unit_id=world["east"])
        yield layer


def populate(**people: int) -> None:
    model = apps.get_model(by_role(units.ROLE).model)
    for name, count in people.items():
        model.objects.filter(external_id=name).update(population=count)
    units.tree.forget()


def boats_in(found: inside.Content) -> inside.Assets:
    return next(entry for entry in found.assets if entry.layer.slug == BOATS)


def test_units_are_those_that_are_touched_with_their_share(world):
    populate(west=1_000, east=3_000)
    found = inside.content(everything(), HALF)
    assert {unit.unit_id for unit in found.units} == {world["west"], world["east"]}
    assert [unit.share for unit in found.units] == pytest.approx([0.5, 0.5])
    assert sum(unit.of_area for unit in found.units) == pytest.approx(1)
    assert found.people == 2_000
    assert set(found.leads) == {world["west"], world["east"]}


def test_a_place_without_extent_takes_no_share_of_its_unit(world):
    (unit,) = inside.content(everything(), shapely.Point(106.1, 19.05)).units
    assert (unit.unit_id, unit.whole, unit.near) == (world["east"], True, False)
    assert not any(u.whole for u in inside.content(everything(), HALF).units)


def test_a_sliver_of_a_unit_does_not_make_it_lead(world):
    found = inside.content(everything(), shapely.box(105.8, 18.8, 106.0005, 19.3))
    assert {unit.unit_id for unit in found.units} == {world["west"], world["east"]}
    assert found.leads == (world["west"],)


def test_a_place_lies_in_one_unit_and_at_sea_near_one(world):
    found = inside.content(everything(), shapely.Point(105.9, 19.0))
    assert [(unit.unit_id, unit.near) for unit in found.units] == [
        (world["west"], False)
    ]
    at_sea = inside.content(everything(), circle(106.5, 19.0, 3))
    assert [(unit.unit_id, unit.near) for unit in at_sea.units] == [
        (world["east"], True)
    ]
    assert at_sea.people is None
    assert at_sea.leads == (world["east"],)


def test_an_order_to_very_many_units_goes_to_the_one_above_them(province):
    whole = next(n.id for n in province.nodes.values() if n.kind == "province")
    feature = queries.feature(by_role(units.ROLE), everything(), whole)
    found = inside.content(everything(), shapely.geometry.shape(feature["geometry"]))
    communes = [
        node
        for node in province.nodes.values()
        if node.kind == "commune" and node.valid_on(timezone.localdate())
    ]
    assert len(found.units) == len(communes)
    assert found.leads == (whole,)
    assert found.people == pytest.approx(sum(n.population for n in communes), rel=0.01)


def test_layers_say_how_many_in_which_state_how_old_and_how_much(fleet):
    trial.set_boat(1, kind="law")
    found = boats_in(inside.content(everything(), HALF))
    assert (found.count, found.stale) == (3, 1)
    assert found.states == (("fishing", 2), ("law", 1))
    assert found.sums == (("Level", "", 15.0),)
    assert [(item.id, item.stale) for item in found.items] == [
        (1, False), (2, False), (3, True),
    ]  # fmt: skip
    nothing = boats_in(inside.content(everything(), circle(110, 10, 5)))
    assert (nothing.count, nothing.items) == (0, ())


def test_nothing_outside_the_scope_is_counted_or_named(fleet, world):
    mine = Grant(
        layers=frozenset({BOATS, by_role(units.ROLE).slug}),
        units=frozenset({world["west"]}),
    )
    found = inside.content(mine, HALF)
    assert [item.id for item in boats_in(found).items] == [1]
    assert {entry.layer.slug for entry in found.assets} == {BOATS}
    blind = inside.content(Grant(layers=frozenset(), units=None), HALF)
    assert (blind.units, blind.assets, blind.leads) == ((), (), ())


def test_phones_of_officers_are_for_those_who_may_see_them(world):
    def run(unit_ids, at):
        about = {
            "person": "Duty", "position": "Duty", "role": "duty", "field": "",
            "on_duty": True, "user_id": None, "email": "", "mask": "units.secret",
        }  # fmt: skip
        known = (world["west"],)
        return [
            Contact(unit_id=unit, phones=("0900",), **about)
            for unit in unit_ids
            if unit in known
        ]

    with rosters.override(Roster(slug="trial", order=1, run=run)):
        everyone = Grant(layers=frozenset(registry), units=None)
        (hidden,) = inside.content(everyone, shapely.Point(105.9, 19.0)).units
        told = replace(everyone, masks=frozenset({"units.secret"}))
        (shown,) = inside.content(told, shapely.Point(105.9, 19.0)).units
    assert [c.phones for c in hidden.contacts] == [()]
    assert [c.phones for c in shown.contacts] == [("0900",)]


def test_forces_come_at_their_cruise_speed_or_the_speed_they_have(fleet):
    for boat in (1, 2, 3):
        trial.set_boat(boat, kind="law")
    trial.set_boat(2, speed_kn=50)
    groups = forces.forces(everything(), 105.95, 19.0)
    group = next(group for group in groups if group.layer.slug == BOATS)
    # boat 3 is not heard of, 4 is no patrol boat
    assert [one.feature_id for one in group.found] == [1, 2]
    here, away = group.found
    assert (here.distance_m, here.eta_min, here.reaches) == (0, 0, True)
    assert away.speed_kmh == pytest.approx(92.6)
    assert not away.reaches
    minutes = away.distance_m * 1.5 / 1_000 / 92.6 * 60
    assert away.eta_min == int(np.ceil(minutes))


def test_cameras_do_not_come():
    assert forces.eta(5_000, None, 1) is None
    assert forces.eta(10_000, 40, 1.0) == 15


def test_the_demo_province_is_counted_as_shapely_counts_it(province, load_demo):
    for slug in ("schools", "cameras", "clinics"):
        load_demo(slug)
    rng = np.random.default_rng(6)
    for _round in range(6):
        lon, lat = rng.uniform(105.2, 106.0), rng.uniform(19.5, 20.3)
        area = circle(lon, lat, rng.uniform(2, 40))
        shapely.prepare(area)
        for entry in inside.content(everything(), area).assets:
            wanted = FeatureQuery(limit=10_000)
            there = queries.features(entry.layer, everything(), wanted)
            places = [shapely.geometry.shape(f["geometry"]) for f in there]
            counted = int(np.sum(area.intersects(places))) if places else 0
            assert entry.count == counted, entry.layer.slug
            assert sum(n for _state, n in entry.states) in (0, counted)
