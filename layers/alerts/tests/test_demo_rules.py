"""The rules that the demo brings, as data: each could be evaluated as it stands."""

from __future__ import annotations

import pytest

from layers.alerts import ruleset
from layers.alerts.models import Rule
from layers.core.spec import by_role


@pytest.fixture
def rules(load_demo) -> dict[str, Rule]:
    ruleset.forget()
    for role in ("zones", "alarms"):
        load_demo(by_role(role).slug)
    yield {rule.slug: rule for rule in Rule.objects.all()}
    ruleset.forget()


def test_every_rule_is_loaded_with_the_zones_that_it_names(rules):
    loaded = {
        rule.row.slug: rule
        for slug in {rule.layer for rule in rules.values()}
        for rule in ruleset.of_layer(slug)
    }
    assert set(loaded) == set(rules)
    without = [
        slug
        for slug, rule in loaded.items()
        if rule.kind.needs_zone and not len(rule.zones)
    ]
    assert without == []


def test_rules_by_length_leave_no_length_out_and_none_in_two(rules):
    """Decree 26/2019, article 43: under 12 m, 12 to under 15 m, 15 m and more."""
    named = [
        rules["small-vessel-fishing-beyond-coastal"],
        rules["middle-vessel-fishing-outside-inshore"],
        rules["large-vessel-fishing-inshore"],
    ]
    limits = [rule.feature_filter for rule in named]
    assert "length_m < 12" in limits[0]
    assert "length_m >= 12 AND length_m < 15" in limits[1]
    assert "length_m >= 15" in limits[2]
    assert all("26/2019" in rule.legal_basis for rule in named)
    # a boat on its way to its ground is not fishing
    assert all(rule.params["speed_max_kn"] < 5 for rule in named)


def test_the_ladder_of_silence_grows_graver(rules):
    ladder = ("vms-report-missed", "vms-silent-6h", "vms-silent-10d")
    assert [rules[slug].severity for slug in ladder] == ["low", "high", "critical"]
    assert {rules[slug].params["ended"] for slug in ladder} == {"vms.reported"}
