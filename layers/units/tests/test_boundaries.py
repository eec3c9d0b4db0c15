"""Boundary sets: repaired, compared, dated, switched, taken back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import geopandas
import pytest
import shapely
from django.core.files.base import ContentFile
from django.utils import timezone

from layers.core import units
from layers.core.geofiles import GeoFileError
from layers.units import topology
from layers.units.boundaries import comparing, drafts, rows, standing, states, switching
from layers.units.boundaries.changes import Fate, Proposed, Standing
from layers.units.boundaries.columns import FieldNames
from layers.units.models import BoundarySet, Lineage, SetState, Unit

OLD, NEW = date(2009, 4, 1), date(2025, 7, 1)
STEP = 0.01  # of a degree: about 1.1 km


@pytest.fixture(autouse=True)
def _files_of_a_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def square(x: int, y: int = 0, width: float = 1, height: float = 1):
    """A box of about 1 km² in Thanh Hoa, by steps east and north."""
    west, south = 105 + x * STEP, 19.8 + y * STEP
    return shapely.box(west, south, west + width * STEP, south + height * STEP)


def body_of(units_of_file) -> bytes:
    codes, names, shapes = zip(*units_of_file, strict=True)
    frame = geopandas.GeoDataFrame(
        {"code": codes, "name": names}, geometry=list(shapes), crs=4326
    )
    return frame.to_json().encode()


def draft(units_of_file, day=NEW, purpose="change", **facts) -> BoundarySet:
    given = {"kind": "commune", "purpose": purpose, "valid_from": day, **facts}
    body = ContentFile(body_of(units_of_file))
    made = drafts.hand_in(body, "a.geojson", drafts.Facts(**given), None)
    drafts.read(made, FieldNames(**made.columns))
    return made


def fates(made: BoundarySet) -> dict[str, tuple[str, bool]]:
    found = rows.table(standing.compare(made))
    return {
        f"{row['code']}{'-' if row['fate'] == 'ended' else ''}": (
            row["fate"],
            row["keeps"],
        )
        for row in found
    }


BEFORE = [
    ("1", "Xa A", square(0)),
    ("2", "Xa B", square(1)),
    ("3", "Xa C", square(2)),
    ("4", "Xa D", square(3)),
]


@pytest.fixture
def before(db):
    """Four communes in a row since 2009."""
    switching.switch(draft(BEFORE, OLD, "add"))
    return {unit.code: unit for unit in Unit.objects.all()}


def test_what_is_the_same_stays_and_what_is_not_is_another_unit(before):
    made = draft(
        [
            ("1", "Xa A", square(0)),  # the same
            ("2", "Xa E", square(1)),  # renamed
            ("3", "Xa F", square(5)),  # the code of another place
            ("9", "Xa G", square(2, width=2)),  # merged from C and D
        ]
    )
    assert fates(made) == {
        "1": ("unchanged", True),
        "2": ("renamed", False),
        "3": ("reused", False),
        "3-": ("ended", False),
        "4-": ("ended", False),
        "9": ("new", False),
    }
    outcome = switching.switch(made)
    assert (outcome.unchanged, outcome.updated) == (["1"], [])
    assert (outcome.created, outcome.ended) == (["2", "3", "9"], ["2", "3", "4"])
    first = Unit.objects.get(code="1")
    assert (first.pk, first.geometry_version) == (before["1"].pk, 1)
    lines = Lineage.objects.values_list("old__title", "new__title", "share_area")
    assert set(lines) == {
        ("Xa B", "Xa E", 1.0),
        ("Xa C", "Xa G", 1.0),
        ("Xa D", "Xa G", 1.0),
    }
    tree = units.tree()
    day_before = tree.codes("commune", NEW - timedelta(days=1))
    assert tree.nodes[day_before["3"]].title == "Xa C"
    assert tree.nodes[tree.codes("commune", NEW)["3"]].title == "Xa F"


def test_land_that_changed_hands_ends_a_unit_and_begins_another(before):
    wider = square(0, width=1.4)
    made = draft([("1", "Xa A", wider), ("2", "Xa B", square(1) - wider), *BEFORE[2:]])
    found = {row["code"]: row for row in rows.table(standing.compare(made))}
    assert found["1"]["fate"] == "outline"
    assert not found["1"]["keeps"]
    assert found["1"]["gained_ha"] == pytest.approx(46.4, rel=0.01)
    assert found["2"]["lost_ha"] == found["1"]["gained_ha"]
    moved = rows.difference(standing.compare(made))["features"]
    (piece,) = [feature["properties"] for feature in moved]
    assert (piece["from"], piece["to"]) == ("Xa B", "Xa A")
    switching.switch(made)
    share = Lineage.objects.get(old=before["2"], new__title="Xa A")
    assert share.share_area == pytest.approx(0.4, abs=1e-4)
    assert Unit.objects.get(pk=before["1"].pk).geom.equals(before["1"].geom)


def test_a_better_drawing_of_the_same_land_is_a_new_version(before):
    finer = [(code, name, shape.segmentize(0.001)) for code, name, shape in BEFORE]
    switching.switch(draft(finer))
    again = Unit.objects.get(code="1")
    assert (again.pk, again.geometry_version) == (before["1"].pk, 2)
    assert (again.valid_from, again.valid_to) == (OLD, None)
    assert not Lineage.objects.exists()


def test_a_set_switched_once_more_changes_nothing(before):
    made = draft([("9", "Xa G", square(0, width=4))])
    switching.switch(made)
    state = list(Unit.objects.order_by("pk").values())
    with pytest.raises(drafts.RefusedError):
        switching.switch(made)
    again = draft([("9", "Xa G", square(0, width=4))])
    outcome = switching.switch(again)
    assert (outcome.created, outcome.updated, outcome.ended) == ([], [], [])
    same = list(Unit.objects.order_by("pk").values())
    for row in [*state, *same]:
        row.pop("updated_at")
    assert same == state


def test_two_names_that_differ_only_in_where_the_tone_stands_are_one():
    hoa = ("Xa Ho\u00e0", "Xa H\u00f2a")
    assert comparing.spelt(hoa[0]) == comparing.spelt(hoa[1])
    assert comparing.spelt("Xa Ha") != comparing.spelt("Xa H\u00e0")


def test_a_schematic_outline_gives_way_to_the_real_one_of_the_same_unit():
    old = [Standing(id=7, code="1", title="A", type="ward", shape=square(0))]
    other = Proposed(code="1", title="A", type="", shape=square(0, width=3))
    rules = comparing.RULES["change"]
    (change,) = comparing.compare(old, [other], rules).changes
    assert (change.fate, change.keeps) == (Fate.OUTLINE, False)
    drawn = [Standing(**{**asdict(old[0]), "shape": square(0), "schematic": True})]
    (change,) = comparing.compare(drawn, [other], rules).changes
    assert (change.fate, change.keeps) == (Fate.OUTLINE, True)


def test_overlaps_are_cut_and_slivers_closed_and_both_are_told():
    ring = [square(0, width=0.9999), square(1), square(0, 1, 2.0)]
    over = square(0, 2, 2.0) | square(0, 1, 0.3, 1)
    hole = square(5) - square(5, width=0.5, height=0.5).buffer(-0.001)
    cleaned = topology.clean([ring[0], ring[1], ring[2], over, hole], gap_m=20)
    assert shapely.coverage_is_valid(cleaned.shapes)
    assert [flaw.kind for flaw in cleaned.closed] == ["overlap"]
    (gap,) = cleaned.left
    assert (gap.kind, gap.units) == ("gap", (4,))
    again = topology.clean([ring[0], ring[1], ring[2], over, hole], gap_m=20)
    assert all(
        a.equals_exact(b, 0) for a, b in zip(cleaned.shapes, again.shapes, strict=True)
    )
    thin = [square(0) - square(0, width=0.999, height=0.01), square(0, -1, 1.0)]
    closed = topology.clean([*thin, square(-1, -1, 1, 2)], gap_m=20)
    assert [flaw.kind for flaw in closed.closed] == ["gap"]
    assert not closed.left


def test_nothing_of_a_draft_shows_before_it_is_switched(before):
    made = draft([("9", "Xa G", square(0, width=4))])
    assert Unit.objects.count() == 4
    assert "Xa G" not in {node.title for node in units.tree().nodes.values()}
    assert made.state == SetState.DRAFT


def test_a_scheduled_set_waits_for_its_day_and_can_be_taken_back(before):
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    made = draft([("9", "Xa G", square(0, width=4))], tomorrow)
    digest = standing.compare(made).digest
    assert states.confirm(made.pk, None, digest) == SetState.SCHEDULED
    assert switching.switch_due(today) == []
    states.take_back(made.pk)
    assert switching.switch_due(tomorrow) == []
    assert Unit.objects.count() == 4
    states.confirm(made.pk, None, digest)
    with pytest.raises(drafts.RefusedError):
        states.withdraw(made.pk, None)


def test_the_scheduler_switches_a_set_once_its_day_has_come(before):
    made = draft([("9", "Xa G", square(0, width=4))], timezone.localdate())
    BoundarySet.objects.filter(pk=made.pk).update(state=SetState.SCHEDULED)
    assert switching.switch_due() == [made.pk]
    assert switching.switch_due() == []
    ended = Unit.objects.get(code="1")
    assert ended.valid_to == timezone.localdate() - timedelta(days=1)


def test_a_set_that_cannot_be_switched_says_why_and_stops_no_other(before):
    later = timezone.localdate()
    switching.switch(draft([("9", "Xa G", square(9))], OLD, "add"))
    taken = draft([("9", "Xa H", square(8))], later, "add")
    good = draft([("8", "Xa I", square(7))], later, "add")
    ids = [taken.pk, good.pk]
    BoundarySet.objects.filter(pk__in=ids).update(state=SetState.SCHEDULED)
    assert switching.switch_due() == [good.pk]
    taken.refresh_from_db()
    assert "9" in taken.outcome["refused"]


def test_what_was_confirmed_is_what_is_switched(before):
    made = draft([("9", "Xa G", square(0, width=4))])
    digest = standing.compare(made).digest
    switching.switch(draft([("1", "Xa A", square(0, width=0.5))], purpose="redraw"))
    with pytest.raises(drafts.RefusedError):
        states.confirm(made.pk, None, digest)
    assert BoundarySet.objects.get(pk=made.pk).state == SetState.DRAFT


def test_communes_go_under_the_district_that_follows_theirs(before):
    district = {"kind": "district", "purpose": "add"}
    switching.switch(draft([("380", "Huyen X", square(0, width=4))], OLD, **district))
    Unit.objects.filter(kind="commune").update(parent=Unit.objects.get(kind="district"))
    halves = [
        ("380", "Thanh pho X", square(0, width=2)),
        ("381", "Huyen Y", square(2, width=2)),
    ]
    outcome = switching.switch(draft(halves, kind="district"))
    assert outcome.reparented == 4
    parents = dict(
        Unit.objects.filter(kind="commune").values_list("code", "parent__title")
    )
    assert parents == {
        "1": "Thanh pho X",
        "2": "Thanh pho X",
        "3": "Huyen Y",
        "4": "Huyen Y",
    }


def test_a_unit_that_others_cover_wholly_is_named(db):
    body = [("1", "Xa A", square(0)), ("2", "Xa B", square(0))]
    with pytest.raises(GeoFileError, match=r"Xa [AB]"):
        draft(body)
