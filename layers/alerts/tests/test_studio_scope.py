"""The studio's API and trials keep to what the caller may see and do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import override

from gis_ioc.accounts.models import ApiKey
from layers.alerts.models import Alert, Backtest, RuleDraft
from layers.alerts.services import Who
from layers.alerts.studio import access
from layers.core.scope import Grant

from . import trial
from .test_studio_flow import BODY, written

JSON = "application/json"
LONG = "9" * 5_000


@pytest.fixture
def people(world, cast):
    with override("en"):
        yield {name: Who(user=user) for name, user in cast.items()}


@pytest.mark.parametrize("may_write", [False, True])
def test_a_key_that_may_only_read_drafts_no_rule_and_tries_none(
    people, client: Client, may_write: bool
) -> None:
    draft = written(people["operator"])
    user = people["operator"].user
    _key, text = ApiKey.issue(user, "reader", may_write=may_write)
    head = {"Authorization": f"Bearer {text}"}
    body = {"body": {**BODY, "slug": "another"}}
    made = client.post("/api/v1/alerts/rules/drafts", body, JSON, headers=head)
    address = f"/api/v1/alerts/rules/drafts/{draft.pk}/trials"
    tried = client.post(address, {"days": 1}, JSON, headers=head)
    refused = {made.status_code == 403, tried.status_code == 403}
    assert refused == {not may_write}
    assert RuleDraft.objects.count() == (2 if may_write else 1)
    assert Backtest.objects.exists() is may_write


WRONG = {
    "slug": [["a"], {"a": 1}],
    "title": [None, ["a"], {"a": 1}],
    "params": [None, [], "x", 5],
    "parts": [5, "ph", [["a"]], [{}], [None]],
    "severity": [[], {}, 5],
    "group_from": ["x", [], -1, 10**30],
    "feature_filter": [5, [], "level >"],
    "zone_layer": [[], "nowhere"],
    "zone_id": ["x", 10**30, []],
    "enabled": ["x", []],
}


@pytest.mark.parametrize("name", WRONG)
def test_nonsense_in_a_body_is_refused_beside_its_field(people, client, name) -> None:
    client.force_login(people["operator"].user)
    for value in WRONG[name]:
        body = {"kind": "zone", "layer": trial.BOATS, **BODY, name: value}
        answer = client.post("/api/v1/alerts/rules/drafts", {"body": body}, JSON)
        assert answer.status_code == 422, (value, answer.content)
        assert name in answer.json()["problems"], value
    assert not RuleDraft.objects.exists()


def test_a_kind_that_the_layer_cannot_feed_is_refused(people, client) -> None:
    client.force_login(people["operator"].user)
    body = {**BODY, "kind": "deadline", "params": {"field": "at", "minutes_after": 5}}
    body |= {"layer": trial.AREAS, "zone_layer": ""}
    answer = client.post("/api/v1/alerts/rules/drafts", {"body": body}, JSON)
    assert answer.status_code == 422
    assert "layer" in answer.json()["problems"]


def _alert(subject: int, unit_id: int) -> dict:
    return {"subject": subject, "part": "", "raised_at": 5.0, "unit_id": unit_id}


def test_new_alerts_of_a_trial_are_named_to_who_sees_them_alone() -> None:
    part = {"listed": [_alert(1, 10), _alert(2, 20)], "top": []}
    result = {
        "draft": part,
        "difference": {
            "new_keys": [[1, "", 5.0], [2, "", 5.0]],
            "gone_listed": [_alert(3, 10), _alert(4, 20)],
        },
    }
    seen = access.scoped(Grant(units=frozenset({10})), result)
    assert seen["difference"]["new_keys"] == [[1, "", 5.0]]
    assert [a["subject"] for a in seen["difference"]["gone_listed"]] == [3]
    assert access.scoped(Grant(units=None), result) == result


@pytest.mark.parametrize("drawn", ["{}", "x", '{"type": "Polygon"}', "[1]"])
def test_a_zone_that_is_no_shape_is_refused_on_the_page(people, client, drawn) -> None:
    draft = written(people["operator"])
    client.force_login(people["operator"].user)
    address = f"/alerts/rules/drafts/{draft.pk}/zone/"
    page = client.post(address, {"title": "t", "geom": drawn})
    assert page.status_code == 200
    assert page.context["form"].errors["geom"]


def test_numbers_beyond_all_reason_are_refused_or_name_nothing(people, client) -> None:
    draft = written(people["operator"])
    client.force_login(people["operator"].user)
    zone = f"/alerts/rules/drafts/{draft.pk}/zones.json?layer={trial.AREAS}&zone={LONG}"
    assert client.get(zone).json()["features"] == []
    assert client.get(f"/alerts/handover/?page={LONG}").status_code == 200
    for number in (10**30, -(10**19)):
        body = {"act": "close", "ids": [number], "reason": "x"}
        answer = client.post("/api/v1/alerts/bulk", body, JSON)
        assert answer.status_code == 422


def test_a_person_or_a_time_that_is_none_is_refused(people, client) -> None:
    trial.rule()
    trial.deliver(trial.Fix(1, 0, 106.1, 19.05))
    alert = Alert.objects.get()
    client.force_login(people["operator"].user)
    for action, said in (
        ("assign", {"user": "9" * 100}),
        ("shelve", {"minutes": LONG}),
    ):
        client.post(f"/alerts/{alert.pk}/{action}/", {"reason": "x", **said})
    alert.refresh_from_db()
    assert (alert.assigned_to, alert.shelved_until) == (None, None)
