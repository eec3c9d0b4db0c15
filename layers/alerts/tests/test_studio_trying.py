"""Rules tried on the past raise what the rules themselves raised on the same days."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from layers.alerts.models import Alert, Backtest, Rule
from layers.alerts.services import RefusedError, Who
from layers.alerts.studio import drafts, result, testing, trying
from layers.alerts.studio.trial import rule_of
from layers.core import events, ingest
from layers.core.events import Happening
from layers.core.ingest import Observed
from layers.core.spec import registry

from . import trial
from .trial import Fix

HISTORY: list[Observed] = []


def quiet(share: float, rows: int) -> None:
    pass


def stored(columns, since, until, ids=None):  # type: ignore[no-untyped-def]
    """What the trial layer was told, as its store of observations."""
    for batch in HISTORY:
        keep = (batch.at >= since) & (batch.at < until)
        if keep.any():
            yield trying.only(batch, keep)


@pytest.fixture
def remembered(world, monkeypatch):  # type: ignore[no-untyped-def]
    """The trial layer keeps what it is told, and offers it as stored observations."""
    HISTORY.clear()
    write = trial.write

    def remembering(fixes, seq):  # type: ignore[no-untyped-def]
        applied = write(fixes, seq)
        HISTORY.append(applied.observed)
        return applied

    monkeypatch.setattr(trial, "write", remembering)
    ingest._writer.cache_clear()
    layer = replace(registry[trial.BOATS], observations=f"{__name__}.stored")
    with registry.override(layer):
        yield
    ingest._writer.cache_clear()


def boats(count: int, steps: int) -> list[list[Fix]]:
    """Batches of boats that wander to and fro over the edge of the closed area."""
    rng = np.random.default_rng(6)
    phase = rng.uniform(0, 6.28, count)
    return [
        [
            Fix(boat + 1, 60.0 * step - 3_600,
                106.05 + 0.05 * np.sin(step / 4 + phase[boat]), 19.05,
                level=float(50 + 40 * np.sin(step / 5 + phase[boat])))
            for boat in range(count)
        ]
        for step in range(steps)
    ]  # fmt: skip


RULES = {
    "zone": {"params": {"on": "inside", "fixes": 2}, "zone_layer": trial.AREAS},
    "threshold": {"params": {"field": "level", "limit": 70, "deadband": 10}},
}


@pytest.mark.parametrize("kind", RULES)
def test_the_trial_finds_the_alerts_that_were_raised(remembered, kind) -> None:
    rule = trial.rule(kind=kind, layer=trial.BOATS, **RULES[kind])
    for batch in boats(12, 50):
        trial.deliver(*batch)
        # somebody acknowledges at once, so that what is over is closed
        for alert in Alert.objects.filter(acked_at=None):
            alert.acked_at = timezone.now()
            if not alert.active:
                alert.closed_at = timezone.now()
            alert.save()
    raised = Alert.objects.filter(rule=rule)
    assert raised.count() >= 12
    now = trial.START + 3_600
    found = trying.run(rule, rule, trial.START - 7_200, now, quiet)
    said = {(a["subject"], round(a["raised_at"])) for a in found["draft"]["listed"]}
    known = {(a.feature_id, round(a.raised_at.timestamp())) for a in raised}
    assert said <= known
    repeats = sum(a["repeats"] for a in found["draft"]["listed"])
    assert found["draft"]["alerts"] + repeats == raised.count()
    assert found["difference"]["same"] == found["draft"]["alerts"]
    assert (found["difference"]["new"], found["difference"]["gone"]) == (0, 0)
    assert found["rows"] == 12 * 50


def test_however_the_past_is_cut_into_batches_the_alerts_are_the_same(
    remembered,
) -> None:
    rule = trial.rule(kind="threshold", layer=trial.BOATS, **RULES["threshold"])
    for batch in boats(5, 40):
        trial.deliver(*batch)
    span = trial.START - 7_200, trial.START + 3_600
    small = trying.run(rule, None, *span, quiet)
    whole = HISTORY[0]
    for batch in HISTORY[1:]:
        whole = trying.joined(whole, batch)
    HISTORY[:] = [whole]
    large = trying.run(rule, None, *span, quiet)
    assert small["draft"] == large["draft"]


def test_silences_are_the_gaps_between_observations(remembered) -> None:
    rule = trial.rule(kind="silence", layer=trial.BOATS, params={"minutes": 10})
    for at in (0, 300, 2_000, 2_100):
        trial.deliver(Fix(1, at, 106.0, 19.0))
    found = trying.run(rule, None, trial.START - 60, trial.START + 2_800, quiet)
    alerts = found["draft"]["listed"]
    assert [(round(a["raised_at"] - trial.START), a["ended_at"]) for a in alerts][
        1:
    ] == [(2_700, None)]
    assert round(alerts[0]["raised_at"] - trial.START) == 900
    assert round(alerts[0]["ended_at"] - trial.START) == 2_000


def test_events_of_the_past_are_heard(world) -> None:
    begin = time.time() - 5_000
    told = [("trial.began", 1, 0), ("trial.ended", 1, 600), ("trial.began", 2, 900),
            ("trial.began", 1, 3_000)]  # fmt: skip
    events.record(
        Happening(
            key=f"{kind}:{boat}:{at}", kind=kind, layer=trial.BOATS, feature_id=boat,
            title=f"boat {boat}", lon=106.0, lat=19.0,
            happened_at=result.moment(begin + at),
        )
        for kind, boat, at in told
    )  # fmt: skip
    rule = rule_of(
        {"kind": "event", "layer": trial.BOATS, "severity": "low", "slug": "heard",
         "params": {"began": "trial.began", "ended": "trial.ended"}}
    )  # fmt: skip
    found = trying.run(rule, None, begin - 60, begin + 4_000, quiet)["draft"]
    assert [a["subject"] for a in found["listed"]] == [1, 2, 1]
    assert (found["standing"], found["late"]) == (2, 3)


@pytest.fixture
def draft(remembered, cast):  # type: ignore[no-untyped-def]
    who = Who(user=cast["operator"])
    made = drafts.begin(who, kind="threshold", layer=trial.BOATS)
    body = {**made.body, "slug": "high", "title": "High", **RULES["threshold"]}
    for batch in boats(3, 30):
        trial.deliver(*batch)
    return drafts.write(made.pk, who, body), who


def test_a_trial_done_by_a_worker_lets_the_draft_be_submitted(draft) -> None:
    made, who = draft
    test = testing.start(made, who, 1)
    assert testing.waiting() == [test.pk]
    testing.work(test.pk)
    test.refresh_from_db()
    assert (test.status, test.share, test.rows) == ("done", 1, 90)
    assert testing.waiting() == []
    assert drafts.submit(made.pk, who, "needed").status == "submitted"


def test_a_cancelled_trial_stops_and_stays_cancelled(draft, monkeypatch) -> None:
    made, who = draft
    test = testing.start(made, who, 1)
    monkeypatch.setattr(testing, "TELL_EVERY_S", -1.0)
    read = trying.stored

    def interrupted(*args):  # type: ignore[no-untyped-def]
        for batch in read(*args):
            testing.cancel(test, who)
            yield batch

    monkeypatch.setattr(trying, "stored", interrupted)
    testing.work(test.pk)
    test.refresh_from_db()
    assert (test.status, test.result) == ("cancelled", None)


def test_what_a_dead_worker_left_is_done_from_the_beginning(draft) -> None:
    made, who = draft
    test = testing.start(made, who, 1)
    Backtest.objects.filter(pk=test.pk).update(status="running", share=0.4, rows=36)
    assert testing.waiting() == [test.pk]
    testing.work(test.pk)
    test.refresh_from_db()
    assert (test.status, test.rows) == ("done", 90)


def test_a_rule_over_what_is_not_stored_is_not_tried(world, cast) -> None:
    who = Who(user=cast["operator"])
    made = drafts.begin(who, kind="threshold", layer=trial.BOATS)
    body = {**made.body, "slug": "x", "title": "x", **RULES["threshold"]}
    made = drafts.write(made.pk, who, body)
    layer = replace(registry[trial.BOATS], observations="")
    with registry.override(layer):
        assert trying.way(rule_of(made.body)) == ""
        with pytest.raises(RefusedError):
            testing.start(made, who, 7)
        assert drafts.submit(made.pk, who, "nothing is stored").status == "submitted"
    assert Rule.objects.filter(slug="x").count() == 0


def test_a_rule_that_cannot_be_tried_says_why_on_its_page(
    remembered, cast, client
) -> None:
    who = Who(user=cast["operator"])
    made = drafts.begin(who, kind="proximity", layer=trial.BOATS)
    params = {"metres": 500, "with_layer": trial.AREAS}
    made = drafts.write(
        made.pk, who, {**made.body, "slug": "p", "title": "p", "params": params}
    )
    assert trying.why_not(rule_of({**made.body, "params": {"metres": 500}})) == ""
    client.force_login(cast["operator"])
    with override("en"):
        why = trying.why_not(rule_of(made.body))
    assert "another layer" in why
    page = client.get(reverse("alerts:rule-draft", args=[made.pk]) + "?lang=en")
    assert "another layer" in page.content.decode()


def test_parts_of_a_feature_are_tried_one_by_one(remembered) -> None:
    part = ["cod"] * 4 + ["ph"] * 4
    HISTORY.append(
        Observed(
            feature_id=np.ones(8, dtype=np.int64),
            at=trial.START + np.tile([0.0, 60.0, 120.0, 180.0], 2),
            lon=np.full(8, 106.0),
            lat=np.full(8, 19.0),
            unit_id=np.zeros(8, dtype=np.int64),
            title=["Station"] * 8,
            newest=np.ones(8, dtype=bool),
            values={"level": np.array([0, 90, 90, 0, 0, 0, 80, 80.0])},
            part=part,
        )
    )
    body = {"kind": "threshold", "layer": trial.BOATS, "severity": "low",
            "params": {"field": "level", "limit": 70}}  # fmt: skip
    span = trial.START - 60, trial.START + 600
    found = trying.run(rule_of(body), None, *span, quiet)["draft"]
    told = [
        (a["subject"], a["part"], a["raised_at"] - trial.START) for a in found["listed"]
    ]
    assert told == [(1, "cod", 60), (1, "ph", 120)]
    one = trying.run(rule_of({**body, "parts": ["ph"]}), None, *span, quiet)["draft"]
    assert [a["part"] for a in one["listed"]] == ["ph"]


def test_two_rules_that_meet_are_tried_on_their_alerts(remembered) -> None:
    low = trial.rule(
        slug="low", kind="threshold", params={"field": "level", "limit": 10}
    )
    trial.rule(slug="high", kind="threshold", params={"field": "level", "limit": 20})
    trial.deliver(Fix(1, 0, 106.0, 19.0, level=15), Fix(2, 10, 106.001, 19.0, level=25))
    trial.deliver(Fix(2, 60, 106.001, 19.0, level=0))
    assert Alert.objects.filter(rule=low).count() == 2
    params = {"first": "high", "second": "low", "km": 1, "minutes": 5}
    body = {"kind": "compound", "layer": "alerts", "severity": "high", "params": params}
    span = trial.START - 60, trial.START + 600
    found = trying.run(rule_of(body), None, *span, quiet)["draft"]
    assert [a["raised_at"] - trial.START for a in found["listed"]] == [10]


def test_the_api_drafts_and_tries_a_rule(draft, client, cast) -> None:
    made, _who = draft
    client.force_login(cast["operator"])
    wrong = {"body": {**made.body, "slug": "b", "severity": "loud"}}
    kind = "application/json"
    answer = client.post("/api/v1/alerts/rules/drafts", wrong, kind)
    assert (answer.status_code, set(answer.json()["problems"])) == (422, {"severity"})
    answer = client.post("/api/v1/alerts/rules/drafts", {"body": made.body}, kind)
    address = f"/api/v1/alerts/rules/drafts/{answer.json()['id']}/trials"
    trialled = client.post(address, {"days": 1}, kind).json()
    testing.work(trialled["id"])
    done = client.get(f"/api/v1/alerts/rules/trials/{trialled['id']}").json()
    assert (done["status"], done["result"]["rows"]) == ("done", 90)
    assert client.get("/api/v1/alerts/rules").status_code == 200
    assert client.get("/api/v1/alerts/rules/none").status_code == 404


def test_the_pages_show_a_rule_its_versions_and_a_trial(draft, client, cast) -> None:
    made, who = draft
    test = testing.start(made, who, 1)
    client.force_login(cast["leader"])
    address = reverse("alerts:rule-test", args=[test.pk])
    assert b"studio-progress" in client.get(address).content
    testing.work(test.pk)
    drafts.submit(made.pk, who, "needed")
    rule = drafts.approve(made.pk, Who(user=cast["leader"]), "yes")
    other = drafts.begin(who, rule=rule)
    drafts.write(other.pk, who, {**other.body, "severity": "low"})
    page = client.get(reverse("alerts:rule", args=[rule.slug]))
    assert [v.number for v in page.context["versions"]] == [1]
    assert (page.context["versions"][0].by, page.context["versions"][0].second) == (
        str(cast["operator"].display_name), str(cast["leader"].display_name),
    )  # fmt: skip
    page = client.get(reverse("alerts:rule-draft", args=[other.pk]))
    assert len(page.context["changes"]) == 1
    assert not page.context["mine"]
    page = client.get(address)
    assert page.context["result"]["rows"] == 90
    assert page.context["screen"]["places"]["features"]
