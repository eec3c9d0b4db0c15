"""Rules that are grades of another: one alert that rises in place."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from layers.alerts import services
from layers.alerts.models import Alert
from layers.alerts.reactions import Reaction, alert_raised
from layers.alerts.services import save_rule
from layers.core.models import Event
from layers.core.queries import FeatureQuery, features
from layers.core.scope import everything
from layers.core.spec import by_role

from . import trial
from .test_parts import observe


def level(slug: str, limit: float, severity: str, **changes):
    return trial.rule(
        slug=slug,
        title=slug,
        kind="threshold",
        params={"field": "level", "limit": limit},
        zone_layer="",
        zone_filter="",
        severity=severity,
        **changes,
    )


@pytest.fixture
def graded(world):
    level("high", 10, "medium")
    level("higher", 20, "high", grade_of="high", playbook="act")
    level("highest", 30, "critical", grade_of="high")


def stands() -> tuple[str, str, str, bool]:
    alert = Alert.objects.get()
    return alert.rule.slug, alert.severity, alert.title.split(":")[0], alert.active


def risen() -> int:
    return Event.objects.filter(layer="alerts", kind="alert.risen").count()


def test_what_is_worse_raises_the_severity_of_the_one_alert(graded):
    observe((1, "", 0, 11))
    assert stands() == ("high", "medium", "high", True)
    observe((1, "", 60, 21))
    assert stands() == ("high", "high", "higher", True)
    assert Alert.objects.get().playbook == "act"
    observe((1, "", 120, 31))
    assert stands() == ("high", "critical", "highest", True)
    assert Alert.objects.get().playbook == "act"
    assert (risen(), Alert.objects.get().repeats) == (2, 0)


def test_what_begins_at_its_worst_is_raised_once_and_has_risen(graded):
    observe((1, "", 0, 31))
    assert stands() == ("high", "critical", "highest", True)
    assert Alert.objects.get().repeats == 0


def test_severity_does_not_fall_before_it_is_over(graded):
    observe((1, "", 0, 31))
    observe((1, "", 60, 11))
    assert stands()[1:] == ("critical", "highest", True)
    observe((1, "", 120, 9))
    assert not stands()[3]


def test_the_alert_lasts_while_any_of_the_family_holds(world):
    level("high", 10, "medium")
    trial.rule(
        slug="higher", title="higher", kind="threshold", zone_layer="",
        zone_filter="", severity="high", grade_of="high",
        params={"field": "level", "limit": 20, "minutes_off": 10},
    )  # fmt: skip
    observe((1, "", 0, 21))
    observe((1, "", 60, 9))
    assert stands()[3], "the graver rule has not let go yet"
    observe((1, "", 60 + 600, 9))
    assert not stands()[3]


def test_a_grade_that_alone_is_told_opens_the_alert_of_its_base(world):
    base = level("high", 10, "medium")
    trial.rule(
        slug="higher", title="higher", kind="threshold", zone_layer="",
        zone_filter="", severity="high", grade_of="high",
        params={"field": "level", "limit": 20},
    )  # fmt: skip
    base.params = {"field": "level", "limit": 10, "minutes": 30}
    save_rule(base)
    observe((1, "", 0, 21))
    assert stands() == ("high", "high", "higher", True)
    observe((1, "", 1_800, 21))
    assert Alert.objects.count() == 1
    observe((1, "", 1_860, 8))
    observe((1, "", 1_860 + 1_800, 8))
    assert not stands()[3]


def test_parts_and_features_rise_for_themselves(graded):
    observe((1, "cod", 0, 11), (1, "nh4", 0, 31), (2, "cod", 0, 21))
    found = Alert.objects.values_list("feature_id", "part", "severity")
    assert set(found) == {
        (1, "cod", "medium"), (1, "nh4", "critical"), (2, "cod", "high"),
    }  # fmt: skip


def test_who_has_seen_it_is_asked_again_when_it_rises(graded):
    observe((1, "", 0, 11))
    services.acknowledge(Alert.objects.get().pk, services.SYSTEM)
    observe((1, "", 60, 21))
    assert Alert.objects.get().acked_at is None


def test_what_follows_from_alerts_is_told_of_the_rise(graded):
    told: list[str] = []
    with alert_raised.override(
        Reaction("trial", lambda alert: told.append(alert.severity))
    ):
        observe((1, "", 0, 11))
        observe((1, "", 60, 21))
    assert told == ["medium", "high"]


@pytest.mark.parametrize("base", ["missing", "higher", "top"])
def test_a_grade_needs_a_base_that_is_none_itself(graded, base):
    with pytest.raises(ValidationError, match="grade"):
        level("top", 40, "critical", grade_of=base)


def test_as_of_a_past_moment_it_has_the_severity_of_then(graded):
    observe((1, "", 0, 11))
    then = timezone.now()
    observe((1, "", 60, 31))
    layer = by_role("alarms")

    def severity(at):
        query = FeatureQuery(at=at, fields=("severity",))
        (row,) = features(layer, everything(), query)
        return row["properties"]["severity"]

    assert (severity(then), severity(timezone.now())) == ("medium", "critical")
