"""The playbooks that are shipped, in the demo province."""

from __future__ import annotations

from string import Template

import pytest
import shapely
from django.utils import timezone

from layers.alerts import ruleset
from layers.alerts.models import Rule
from layers.core import units
from layers.core.spec import by_role
from layers.directives import planning
from layers.directives.checking import step_problems
from layers.directives.dispatch import place_words
from layers.directives.models import FreeDay, Playbook
from layers.directives.planning import Subject
from layers.directives.playbooks import PLACEHOLDERS, Step
from layers.directives.resolving import Place

ASKED = {
    "boat-silent-6h",
    "boat-silent-10d",
    "boat-beyond-line",
    "sos-at-sea",
    "storm-recall",
    "effluent-exceedance",
    "air-quality-bad",
    "river-over-level-2",
    "crowd-or-jam",
    "report-overdue",
    "closed-zone",
}
TOWN = shapely.Point(105.776, 19.807)
SEA = shapely.Point(106.2, 19.6)
# Off the coast, where the demo's boats are.
STORM = shapely.box(105.8, 19.0, 107.0, 20.0)
AT_SEA = {"boat-silent-6h", "boat-silent-10d", "boat-beyond-line", "sos-at-sea"}


@pytest.fixture
def shipped(load_demo) -> dict[str, Playbook]:
    for slug in ("orders", "zones", "alarms"):
        load_demo(by_role(slug).slug)
    return {playbook.slug: playbook for playbook in Playbook.objects.all()}


@pytest.fixture
def province_filled(province, shipped, load_demo) -> dict[str, Playbook]:
    """With every layer that a step names."""
    named = {
        step.to.layer
        for playbook in shipped.values()
        for step in playbook.typed_steps
        if hasattr(step.to, "layer")
    }
    for slug in sorted(named):
        load_demo(slug)
    load_demo("tracks")  # boats of the demo are somewhere once they have tracks
    return shipped


def test_the_ten_and_the_closed_zone_are_there_in_force(shipped):
    assert set(shipped) == ASKED
    assert all(playbook.enabled for playbook in shipped.values())
    assert all(playbook.typed_ladder for playbook in shipped.values())
    assert FreeDay.objects.filter(working=True).exists()


def test_every_word_that_texts_name_is_known(shipped):
    named = {
        name
        for playbook in shipped.values()
        for step in playbook.typed_steps
        for text in (step.title, step.text)
        for name in Template(text).get_identifiers()
    }
    assert named <= PLACEHOLDERS
    known = place_words(Place.of(TOWN), timezone.now())
    of_addressee = {"unit", "officer", "target", "distance", "deadline"}
    assert set(known) | of_addressee == set(PLACEHOLDERS)


def test_every_layer_and_field_that_steps_name_is_there(shipped):
    problems = {
        (slug, number): step_problems(step)
        for slug, playbook in shipped.items()
        for number, step in enumerate(playbook.typed_steps, 1)
        if step_problems(step)
    }
    assert problems == {}


def test_every_rule_that_names_a_playbook_finds_it_in_force(shipped):
    named = set(Rule.objects.exclude(playbook="").values_list("playbook", flat=True))
    assert named == set(shipped)
    ruleset.forget()


def subject_for(slug: str) -> Subject:
    home = units.containing(TOWN.x, TOWN.y)
    area = shipped_area(slug)
    place = Place.of(
        area,
        around_km=Playbook.objects.get(slug=slug).area_km,
        feature=("", None, "TH-90001-TS"),
        feature_unit=home,
    )
    return Subject(
        place=place,
        values=place_words(place, timezone.now()),
        severity="critical",
        value=3.0,
    )


def shipped_area(slug: str) -> shapely.Geometry:
    if slug == "storm-recall":
        return STORM
    return SEA if slug in AT_SEA else TOWN


def test_every_step_reaches_somebody_in_the_demo_province(province_filled):
    nobody = [
        (slug, task.number, task.title, task.problem)
        for slug, playbook in sorted(province_filled.items())
        for task in planning.plan(playbook.typed_steps, subject_for(slug))
        if task.addressee is None
    ]
    assert nobody == []


def test_no_text_keeps_a_name_and_no_deadline_comes_before_its_start(province_filled):
    for slug, playbook in province_filled.items():
        for task in planning.plan(playbook.typed_steps, subject_for(slug)):
            assert "$" not in task.text + task.title
            assert task.starts_at < task.needed_by
            assert task.starts_at < task.legal_deadline


BASE = {"title": "Step", "text": "Do it", "needed_by_min": 60, "deadline_min": 120}


def steps(*changes) -> list[Step]:
    return [Step.model_validate({**BASE, **change}) for change in changes]


def test_what_comes_after_starts_when_the_other_should_be_done(world):
    at = timezone.now()
    plan = planning.plan(
        steps({}, {"after": 1}), Subject(place=Place.of(shapely.Point(106.1, 19))), at
    )
    assert [task.starts_at for task in plan] == [at, plan[0].needed_by]
    assert [task.after for task in plan] == [0, 1]


def test_nothing_waits_for_a_step_that_reaches_nobody(world):
    plan = planning.plan(
        steps({}, {"to": "unit_of_feature", "after": 1}, {"after": 2}),
        Subject(place=Place.of(shapely.Point(106.1, 19))),
    )
    assert [task.addressee is None for task in plan] == [False, True, False]
    assert plan[1].problem
    assert plan[2].after == 1
    assert [task.step for task in planning.tasks(plan)] == [1, 3]
    assert plan[1].title in planning.body(plan)


@pytest.mark.parametrize(
    ("when", "done"),
    [
        ({"severities": ["critical"]}, True),
        ({"severities": ["low"]}, False),
        ({"parts": ["cod"]}, True),
        ({"parts": ["ph"]}, False),
        ({"at_least": 3}, True),
        ({"at_least": 3.1}, False),
        ({"filter": "kind = 'fishing'"}, False),  # about no feature
    ],
)
def test_a_condition_decides_whether_a_step_is_done(world, when, done):
    subject = Subject(
        place=Place.of(shapely.Point(106.1, 19)),
        severity="critical",
        part="cod",
        value=3.0,
    )
    (task,) = planning.plan(steps({"when": when}), subject)
    assert (task.addressee is not None) is done


@pytest.mark.parametrize(
    "change",
    [
        {"after": 1},
        {"evidence": "video"},
        {"to": {"kind": "nearest"}},
        {"to": {"kind": "nearest", "layer": "x1", "count": 0}},
        {"to": {"kind": "role", "agency": ""}},
        {"co": [{"kind": "nearest", "layer": "x1"}]},
    ],
)
def test_a_playbook_that_could_not_be_carried_out_is_refused(change):
    playbook = Playbook(slug="p", title="P", steps=[{**BASE, **change}])
    with pytest.raises(Exception, match="steps"):
        playbook.clean()


def test_unknown_layers_and_bad_filters_are_named(db):
    for to in (
        {"kind": "inside", "layer": "nowhere"},
        {"kind": "inside", "layer": "alerts", "filter": "no_such_field = 1"},
    ):
        playbook = Playbook(slug="p", title="P", steps=[{**BASE, "to": to}])
        with pytest.raises(Exception, match=r"nowhere|no_such_field"):
            playbook.clean()
