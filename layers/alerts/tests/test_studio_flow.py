"""Drafts of rules: written, tried, signed by a second person, in force; and refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from layers.alerts.models import Backtest, Rule, RuleDraft
from layers.alerts.services import NotAllowedError, RefusedError, Who
from layers.alerts.studio import body as bodies
from layers.alerts.studio import drafts
from layers.core.models import Event

from . import trial

BODY = {
    "slug": "boats-in-the-east", "title": "Boats in the east", "kind": "zone",
    "layer": trial.BOATS, "params": {"on": "inside"}, "zone_layer": trial.AREAS,
    "severity": "high",
}  # fmt: skip


@pytest.fixture
def people(world, cast):
    with override("en"):
        yield {name: Who(user=user) for name, user in cast.items()}


def written(who: Who, **changes) -> RuleDraft:
    draft = drafts.begin(who, kind="zone", layer=trial.BOATS)
    return drafts.write(draft.pk, who, {**draft.body, **BODY, **changes})


def submitted(who: Who, **changes) -> RuleDraft:
    draft = written(who, **changes)
    tried(draft)
    return drafts.submit(draft.pk, who, "the east is closed")


def tried(draft: RuleDraft) -> None:
    """As if a worker had done the trial of the draft as it is."""
    now = timezone.now()
    Backtest.objects.create(
        draft=draft, body=draft.body, since=now, until=now, status="done", result={}
    )


def test_a_rule_comes_into_force_with_the_second_signature(people) -> None:
    draft = submitted(people["operator"])
    assert not Rule.objects.filter(slug=BODY["slug"]).exists()
    rule = drafts.approve(draft.pk, people["leader"], "yes")
    assert (rule.version, rule.enabled, rule.severity) == (1, True, "high")
    draft.refresh_from_db()
    assert (draft.status, draft.version) == ("approved", 1)
    kinds = Event.objects.filter(layer="alerts").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "rule.drafted", "rule.submitted", "rule.approved",
    ]  # fmt: skip


def test_the_author_never_approves_their_own_draft(people) -> None:
    draft = submitted(people["leader"])
    with pytest.raises(NotAllowedError):
        drafts.approve(draft.pk, people["leader"])
    assert not Rule.objects.filter(slug=BODY["slug"]).exists()


def test_the_database_refuses_one_signature_for_two(people) -> None:
    draft = submitted(people["leader"])
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleDraft.objects.filter(pk=draft.pk).update(
            status="approved", decided_by=people["leader"].user
        )


@pytest.mark.parametrize("role", ["operator", "fisheries", "officer"])
def test_only_who_may_approve_rules_approves(people, role) -> None:
    draft = submitted(people["environment"])
    with pytest.raises(NotAllowedError):
        drafts.approve(draft.pk, people[role])


def test_who_may_not_change_alerts_drafts_no_rules(people) -> None:
    with pytest.raises(NotAllowedError):
        drafts.begin(people["officer"], kind="zone", layer=trial.BOATS)


def test_a_draft_is_its_authors_alone(people) -> None:
    draft = written(people["operator"])
    with pytest.raises(NotAllowedError):
        drafts.write(draft.pk, people["fisheries"], draft.body)


def test_a_draft_made_before_another_version_is_not_approved(people) -> None:
    rule = drafts.approve(submitted(people["operator"]).pk, people["leader"])
    late = drafts.begin(people["operator"], rule=rule)
    tried(drafts.write(late.pk, people["operator"], {**late.body, "severity": "low"}))
    drafts.submit(late.pk, people["operator"], "less")
    drafts.switch_off(rule.pk, people["leader"], "it floods the desk")
    with pytest.raises(RefusedError, match="version 2"):
        drafts.approve(late.pk, people["administrator"])
    rule.refresh_from_db()
    assert (rule.severity, rule.enabled) == ("high", False)


def test_a_leader_switches_off_alone_but_an_operator_does_not(people) -> None:
    rule = drafts.approve(submitted(people["operator"]).pk, people["leader"])
    with pytest.raises(NotAllowedError):
        drafts.switch_off(rule.pk, people["operator"], "too many")
    with pytest.raises(RefusedError):
        drafts.switch_off(rule.pk, people["leader"], "  ")
    assert drafts.switch_off(rule.pk, people["leader"], "too many").version == 2
    told = Event.objects.get(kind="rule.switched_off")
    assert (told.reason, told.actor) == ("too many", people["leader"].user)


def test_an_old_version_comes_back_as_a_draft(people) -> None:
    rule = drafts.approve(submitted(people["operator"]).pk, people["leader"])
    first = bodies.of_rule(rule)
    other = drafts.begin(people["operator"], rule=rule)
    tried(drafts.write(other.pk, people["operator"], {**other.body, "severity": "low"}))
    drafts.submit(other.pk, people["operator"], "less")
    rule = drafts.approve(other.pk, people["leader"])
    back = drafts.restore(people["fisheries"], rule, first, 1)
    assert (back.body, back.base_version, back.status) == (first, 2, "draft")


def test_what_makes_no_rule_is_told_by_field_and_not_kept(people) -> None:
    draft = written(people["operator"])
    wrong = {**draft.body, "feature_filter": "no_such = 1", "severity": "loud"}
    with pytest.raises(ValidationError) as caught:
        drafts.write(draft.pk, people["operator"], wrong)
    assert set(bodies.problems(caught.value)) >= {"severity"}
    draft.refresh_from_db()
    assert draft.body["feature_filter"] == ""


def test_what_can_be_tried_is_tried_before_it_is_submitted(people) -> None:
    who = people["operator"]
    draft = written(who)
    with pytest.raises(RefusedError, match="past days"):
        drafts.submit(draft.pk, who, "needed")
    tried(draft)
    drafts.write(draft.pk, who, {**draft.body, "params": {"on": "enter"}})
    with pytest.raises(RefusedError, match="past days"):
        drafts.submit(draft.pk, who, "needed")  # another rule was tried
    drafts.write(draft.pk, who, {**draft.body, "params": {"on": "inside"}})
    drafts.write(draft.pk, who, {**draft.body, "title": "Boats there"})
    assert drafts.submit(draft.pk, who, "needed").status == "submitted"


def test_the_pages_lead_from_the_list_to_the_approval(people, client) -> None:
    client.force_login(people["operator"].user)
    answer = client.post(
        reverse("alerts:rule-new"), {"kind": "event", "layer": "vessels"}
    )
    draft = RuleDraft.objects.get()
    assert answer.headers["Location"] == reverse("alerts:rule-draft", args=[draft.pk])
    fields = {
        "title": "Tàu gặp nhau", "slug": "met", "severity": "low",
        "p_began": "movement.stop", "group_from": 10, "group_minutes": 10,
        "enabled": "on",
    }  # fmt: skip
    page = client.post(answer.headers["Location"], {**fields, "p_began": "NO"})
    assert page.context["form"].errors["p_began"]
    assert client.post(answer.headers["Location"], fields).status_code == 302
    draft.refresh_from_db()
    assert draft.body["params"]["began"] == "movement.stop"
    for name in ("alerts:rules", "alerts:rules-csv"):
        assert client.get(reverse(name)).status_code == 200
