"""Work handed over for a time: who acts for whom, how far, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope, User
from layers.core.delivery.models import Delivery
from layers.core.models import Event
from layers.directives import callers, delegating, queries, services, telling
from layers.directives.access import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
)
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.models import Delegation
from layers.directives.services import act

HOUR = timedelta(hours=1)


def person(name: str, cast, role: str, unit: int | None, **scope) -> Who:
    user = User.objects.create_user(name, password="secret-of-a-test")
    user.groups.set(cast[role].groups.all())
    user.unit_id = unit
    user.save()
    Scope.objects.create(user=user, **scope)
    return Who(user, grant_of(user))


@pytest.fixture
def office(world, cast, people) -> dict[str, Who]:
    """Two officers of the east commune, one of the west, a leader and a deputy."""
    east, west = world["east"], world["west"]
    for name in ("east", "west"):
        User.objects.filter(pk=people[name].id).update(unit_id=world[name])
    return {
        **people,
        "east": person("east-1", cast, "officer", east, units=[east]),
        "east2": person("east-2", cast, "officer", east, units=[]),
        "west": person("west-1", cast, "officer", west, units=[west]),
        "deputy": person("deputy", cast, "supervisor", None, all_units=True),
    }


def hand(giver: Who, taker: Who, **more) -> Delegation:
    until = more.pop("until", timezone.now() + HOUR)
    more.setdefault("reason", "Leave")
    return delegating.give(giver.user, taker.id, until=until, **more)


def standing(taker: Who, giver: Who) -> Who:
    return delegating.stand_in(taker.user, taker.rights, giver.id)


def test_within_its_time_the_taker_acts_and_the_log_says_for_whom(directive, office):
    with pytest.raises(NotFoundError):
        act(directive.pk, "receive", office["east2"])
    hand(office["east"], office["east2"])
    act(directive.pk, "receive", standing(office["east2"], office["east"]))
    event = Event.objects.get(kind="task.receive")
    assert event.actor == office["east2"].user
    assert event.new["for_id"] == office["east"].id
    assert directive.tasks.get().assignee == office["east"].user
    told = [e.by for e in queries.log_of(directive) if e.kind == "task.receive"]
    assert told == [callers.spoken("east-2", {"for": "east-1"})]
    assert "east-1" in told[0]
    assert "east-2" in told[0]


def test_before_and_after_its_time_nobody_acts(directive, office):
    row = hand(office["east"], office["east2"], since=timezone.now() + HOUR / 2)
    with pytest.raises(NotAllowedError):
        standing(office["east2"], office["east"])
    now = timezone.now()
    Delegation.objects.update(starts_at=now - 2 * HOUR, ends_at=now + HOUR)
    who = standing(office["east2"], office["east"])
    Delegation.objects.update(ends_at=now)
    with pytest.raises(NotAllowedError):
        standing(office["east2"], office["east"])
    with pytest.raises(NotAllowedError):
        act(directive.pk, "receive", who)
    assert directive.tasks.get().status == "issued"
    assert delegating.told_of(office["east"].user)[0][0].pk == row.pk


def test_revoked_in_the_middle_the_next_act_is_refused(directive, office):
    row = hand(office["east"], office["east2"])
    who = standing(office["east2"], office["east"])
    act(directive.pk, "receive", who)
    with pytest.raises(NotFoundError):
        delegating.revoke(row.pk, office["west"])
    delegating.revoke(row.pk, office["east"])
    delegating.revoke(row.pk, office["east"])
    with pytest.raises(NotAllowedError):
        act(directive.pk, "start", who)
    act(directive.pk, "start", office["east"])
    assert Event.objects.filter(kind="delegation.revoked").count() == 1


@pytest.mark.parametrize("gone", ["giver", "taker", "unit", "role"])
def test_it_lapses_with_the_account_the_unit_or_the_role(directive, office, gone):
    hand(office["east"], office["east2"])
    who = standing(office["east2"], office["east"])
    user = (office["east"] if gone == "giver" else office["east2"]).user
    if gone in ("giver", "taker"):
        user.is_active = False
    elif gone == "unit":
        user.unit_id = office["west"].user.unit_id
    else:
        user.groups.clear()
    user.save()
    with pytest.raises(NotAllowedError):
        standing(office["east2"], office["east"])
    with pytest.raises(NotAllowedError):
        act(directive.pk, "receive", who)


def test_only_somebody_near_who_works_on_directives_takes_over(office, cast):
    for taker in (office["west"], office["deputy"], office["east"]):
        with pytest.raises(RefusedError):
            hand(office["east"], taker)
    with pytest.raises(RefusedError):
        hand(office["leader"], Who(cast["outsider"]))
    with pytest.raises(NotAllowedError):
        hand(Who(cast["outsider"]), office["leader"])
    names = {user.username for user in delegating.eligible(office["east"].user)}
    assert names == {"east-2"} | names & {"officer-east"}


def test_it_is_no_chain(directive, office, cast):
    third = person("east-3", cast, "officer", office["east"].user.unit_id, units=[])
    hand(office["east"], office["east2"])
    hand(office["east2"], third, since=timezone.now() + 2 * HOUR,
         until=timezone.now() + 3 * HOUR)  # fmt: skip
    Delegation.objects.filter(taker=third.id).update(starts_at=timezone.now())
    with pytest.raises(NotAllowedError):
        standing(third, office["east"])
    with pytest.raises(NotFoundError):
        act(directive.pk, "receive", standing(third, office["east2"]))


def test_what_does_not_go_together_is_refused(office, cast):
    until = timezone.now() + HOUR
    first = hand(office["east"], office["east2"], until=until)
    assert hand(office["east"], office["east2"], until=until).pk == first.pk
    with pytest.raises(RefusedError):
        hand(office["east"], office["east2"], until=until + HOUR)
    with pytest.raises(RefusedError):
        hand(office["east2"], office["east"])  # away themselves
    with pytest.raises(RefusedError):
        hand(office["leader"], office["deputy"], until=timezone.now() - HOUR)
    with pytest.raises(RefusedError):
        hand(office["leader"], office["deputy"], reason=" ")
    with pytest.raises(RefusedError):
        hand(office["leader"], office["deputy"],
             until=timezone.now() + timedelta(days=91))  # fmt: skip
    hand(office["leader"], office["deputy"], signing=True, document_no="12/UQ")
    with pytest.raises(RefusedError):
        hand(office["leader"], office["operator"], signing=True, document_no="13/UQ")


def drafted(office, world):
    task = TaskDraft(unit_id=world["west"], needed_min=60)
    draft = Draft(source="t", external_id="1", title="D", body="-", tasks=(task,))
    return services.create(draft, office["operator"])


def test_a_signature_goes_only_with_the_paper_that_authorises_it(office, world):
    directive = drafted(office, world)
    with pytest.raises(RefusedError):
        hand(office["leader"], office["deputy"], signing=True)
    with pytest.raises(RefusedError):
        hand(office["east"], office["east2"], signing=True, document_no="1")
    row = hand(office["leader"], office["deputy"])
    with pytest.raises(NotAllowedError):
        act(directive.pk, "issue", standing(office["deputy"], office["leader"]))
    delegating.revoke(row.pk, office["leader"])
    hand(office["leader"], office["deputy"], signing=True, document_no="12/UQ")
    who = standing(office["deputy"], office["leader"])
    assert not who.drafts(), "drafting stays one's own"
    act(directive.pk, "issue", who)
    directive.refresh_from_db()
    assert directive.signed_by == office["leader"].user
    assert directive.issued_by == office["deputy"].user


def test_nothing_is_seen_elsewhere(directive, office, client):
    hand(office["east"], office["east2"])
    who = standing(office["east2"], office["east"])
    assert who.rights.layers == {"directives"}
    client.force_login(office["east2"].user)
    found = client.get("/api/v1/layers/directives/features").json()["features"]
    assert found == []
    assert client.get("/api/v1/directives").json() == []
    mine = f"?for={office['east'].id}"
    assert [d["id"] for d in client.get(f"/api/v1/directives{mine}").json()] == [
        directive.pk
    ]
    other = f"/api/v1/directives?for={office['west'].id}"
    assert client.get(other).status_code == 403
    assert client.get("/api/v1/directives?for=x").status_code == 422


def test_a_superuser_hands_over_a_role_and_not_all_power(directive, office, cast):
    boss = cast["administrator"]
    boss.is_superuser = True
    boss.save()
    hand(Who(boss, grant_of(boss)), office["deputy"])
    who = delegating.stand_in(office["deputy"].user, office["deputy"].rights, boss.pk)
    assert who.oversees()
    assert not who.signs()
    assert not who.works_for(directive.unit_id)


def test_the_taker_is_told_and_hears_what_the_giver_hears(directive, office):
    row = hand(office["east"], office["east2"])
    told = Delivery.objects.filter(message__key=f"delegation.given:{row.pk}")
    assert {entry.user_id for entry in told} == {office["east2"].id}
    task = directive.tasks.get()
    task.assignee = office["east"].user
    users, _contacts = telling.reach(directive, task, ("assignee",))
    assert users == {office["east"].id, office["east2"].id}
    delegating.revoke(row.pk, office["east"])
    users, _contacts = telling.reach(directive, task, ("assignee",))
    assert users == {office["east"].id}


def test_the_pages_hand_over_act_and_take_back(directive, office, client):
    client.force_login(office["east"].user)
    page = client.get("/directives/delegations/").content.decode()
    assert "east-2" in page
    assert "signing" not in page
    until = timezone.localtime(timezone.now() + HOUR).strftime("%Y-%m-%dT%H:%M")
    values = {"taker": office["east2"].id, "until": until, "reason": "Leave"}
    assert client.post("/directives/delegations/", values).status_code == 302
    wrong = client.post("/directives/delegations/", {**values, "reason": ""})
    assert wrong.status_code == 422
    row = Delegation.objects.get()
    url = f"/directives/{directive.pk}/"
    client.force_login(office["east2"].user)
    assert client.get(url)["Location"] == f"{url}?for={office['east'].id}"
    shown = client.get(f"{url}?for={office['east'].id}").content.decode()
    assert f"{url}receive/?for={office['east'].id}" in shown
    client.post(f"{url}receive/?for={office['east'].id}", {})
    assert directive.tasks.get().status == "received"
    board = client.get(f"/directives/?for={office['east'].id}").content.decode()
    assert f"{url}?for={office['east'].id}" in board
    client.post(f"/directives/delegations/{row.pk}/revoke/")
    gone = client.get(f"{url}?for={office['east'].id}")
    assert gone["Location"] == "/directives/"
    client.force_login(office["west"].user)
    assert client.post(f"/directives/delegations/{row.pk}/revoke/").status_code == 404
