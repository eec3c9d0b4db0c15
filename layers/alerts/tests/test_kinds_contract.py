"""What every kind of rule must offer: forms, refusals, layers that fit, screens."""

from __future__ import annotations

import json

import numpy as np
import pytest
from django.utils import translation
from django.utils.functional import Promise
from pydantic import ValidationError

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import Batch, Zones, no_states, no_zones
from layers.core.spec import registry

from .helpers import BESIDE, INSIDE, OUTSIDE, SQUARE, zones
from .sequences import CASES

SLUGS = sorted(kinds)
SCREENED = [slug for slug in SLUGS if kinds[slug].screen is not None]
# For each kind, what must be refused.
NONSENSE = {
    "compound": {"first": "a", "second": "a", "km": 1},
    "count": {"at_least": 2, "below": 3},
    "crossing": {"max_speed_kn": 0},
    "deadline": {"field": "due", "minutes_before": 5, "minutes_after": 5},
    "event": {"began": "no kind of event"},
    "forecast": {"field": "level", "limit": float("inf")},
    "pace": {"value": "level"},
    "proximity": {"metres": -1},
    "rate": {"field": "level", "limit": 0},
    "silence": {"minutes": 60, "until_minutes": 30},
    "speed": {"limit_kn": 1_000},
    "threshold": {"field": "Level!", "limit": 1},
    "zone": {"speed_min_kn": 5, "speed_max_kn": 1},
}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_parameter_has_a_title_that_can_be_translated(slug):
    for name, shown in kinds[slug].params.shown().items():
        assert isinstance(shown.title, Promise), name
        assert isinstance(kinds[slug].title, Promise)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_form_can_be_made_of_every_kind_in_both_languages(slug, language):
    with translation.override(language):
        schema = json.loads(json.dumps(kinds[slug].params.form_schema()))
    assert schema["additionalProperties"] is False
    for name, entry in schema["properties"].items():
        assert entry["title"], name
        allowed = entry.get("enum")
        if allowed:
            assert [value for value, _title in entry["choices"]] == allowed


@pytest.mark.parametrize("slug", SLUGS)
def test_texts_of_parameters_are_translated(slug):
    with translation.override("vi"):
        schema = kinds[slug].params.form_schema()
        title = str(kinds[slug].title)
    with translation.override("en"):
        english = kinds[slug].params.form_schema()
        assert title != str(kinds[slug].title)
    for name, entry in schema["properties"].items():
        theirs = english["properties"][name]
        assert entry["title"] != theirs["title"], name
        assert not entry["description"] or entry["description"] != theirs["description"]


@pytest.mark.parametrize("slug", SLUGS)
def test_nonsense_and_unknown_parameters_are_refused(slug):
    params = kinds[slug].params
    good = next(case.params for case in CASES if case.kind == slug)
    assert params.model_validate(good)
    with pytest.raises(ValidationError):
        params.model_validate(NONSENSE[slug])
    with pytest.raises(ValidationError):
        params.model_validate({**good, "nobody_knows": 1})


@pytest.mark.parametrize("slug", SLUGS)
def test_every_kind_says_of_every_layer_whether_it_fits_and_what_is_lacking(slug):
    kind = kinds[slug]
    for layer in registry.values():
        assert kind.fits(layer) is (not kind.lacking(layer))
    assert any(kind.fits(layer) for layer in registry.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_a_kind_is_fed_in_exactly_one_way(slug):
    kind = kinds[slug]
    ways = [kind.evaluate, kind.hears, kind.pairs]
    assert sum(way is not None for way in ways) == 1
    assert all(kind.verbs) or kind.hears is not None


def test_no_two_kinds_tell_with_the_same_words():
    verbs = [verb for kind in kinds.values() for verb in kind.verbs if verb]
    assert len(verbs) == len(set(verbs))


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_seen_is_nothing_told(slug):
    kind = kinds[slug]
    if kind.evaluate is None:
        return
    good = next(case.params for case in CASES if case.kind == slug)
    empty = np.zeros(0)
    batch = Batch(
        feature_id=empty.astype(np.int64), at=empty, lon=empty, lat=empty, now=1e9
    )
    params = kind.params.model_validate(good)
    states, found = kind.evaluate(params, no_zones(), no_states(), batch)
    assert len(states) == len(found) == 0


def _rows(rng: np.random.Generator, n: int) -> Batch:
    places = np.array([INSIDE, BESIDE, OUTSIDE])[rng.integers(0, 3, n)]
    before = np.array([INSIDE, BESIDE, OUTSIDE])[rng.integers(0, 3, n)]
    return Batch(
        feature_id=np.arange(1, n + 1),
        at=np.full(n, 7_200.0),
        lon=places[:, 0],
        lat=places[:, 1],
        values={
            "level": rng.normal(10, 3, n),
            "plan": rng.uniform(5, 20, n),
            "speed_kn": rng.uniform(0, 12, n),
            "before_at": np.zeros(n),
            "before_lon": before[:, 0],
            "before_lat": before[:, 1],
        },
    )


@pytest.mark.parametrize("slug", SCREENED)
def test_a_screen_overlooks_nothing_that_a_rule_would_tell(slug):
    """Everything a rule tells of features never met before is among the rows that the
    screen names for it."""
    kind = kinds[slug]
    batch = _rows(np.random.default_rng(7), 300)
    params = [kind.params.model_validate(c.params) for c in CASES if c.kind == slug]
    area: Zones = zones(SQUARE)
    rule, row = kind.screen([*params], [area] * len(params))(batch)
    assert (np.diff(rule) >= 0).all()
    for place, entry in enumerate(params):
        _states, found = kind.evaluate(entry, area, no_states(), batch)
        assert set(found.row.tolist()) <= set(row[rule == place].tolist())


@pytest.mark.parametrize("slug", SCREENED)
def test_rules_that_nobody_touches_are_not_named(slug):
    kind = kinds[slug]
    params = [kind.params.model_validate(c.params) for c in CASES if c.kind == slug]
    nobody = np.array([999])
    far = Batch(feature_id=nobody, at=np.ones(1), lon=np.zeros(1), lat=np.zeros(1))
    rule, _row = kind.screen(params, [zones(SQUARE)] * len(params))(far)
    assert not len(rule)
