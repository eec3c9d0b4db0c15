"""Watches and hand-overs: nothing is lost, and both sign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope, User
from layers.alerts import services
from layers.alerts.desk import handover, watches
from layers.alerts.desk.handover import Signer
from layers.alerts.models import Alert, Handover, Watch
from layers.alerts.services import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    Who,
)
from layers.core.models import Event

from .trial import Fix, deliver, rule

EAST = (106.1, 19.05)


@pytest.fixture
def desk(cast) -> dict[str, Signer]:
    """Two operators and an officer without a place at the desk."""
    second = User.objects.create_user("second", password="x")
    second.groups.set(cast["operator"].groups.all())
    Scope.objects.create(user=second, all_units=True)
    users = {"first": cast["operator"], "second": second, "officer": cast["officer"]}
    return {name: Signer(user, grant_of(user)) for name, user in users.items()}


@pytest.fixture
def alert(world) -> Alert:
    rule()
    deliver(Fix(1, 0, *EAST))
    return Alert.objects.get()


def give(signer: Signer, key: str = "k", notes: str = "", **more: bool) -> Handover:
    return handover.give(signer, notes=notes, key=key, **more)


def test_coming_twice_is_one_watch_and_leaving_ends_it(desk):
    user = desk["first"].user
    assert watches.come(user).pk == watches.come(user).pk
    assert [watch.user for watch in watches.now_there()] == [user]
    watches.leave(user)
    assert watches.now_there() == []
    kinds = Event.objects.filter(kind__startswith="watch.").order_by("id")
    assert list(kinds.values_list("kind", "actor")) == [
        ("watch.came", user.pk),
        ("watch.left", user.pk),
    ]
    with pytest.raises(RefusedError):
        watches.leave(user)


def test_the_planned_watch_is_taken_up_and_another_day_is_not(desk):
    user, now = desk["first"].user, timezone.now()
    hour = timedelta(hours=1)
    planned = Watch.objects.create(
        user=user, starts_at=now + hour / 2, ends_at=now + 8 * hour
    )
    Watch.objects.create(user=user, starts_at=now + 24 * hour, ends_at=now + 32 * hour)
    assert len(watches.coming()) == 2
    assert watches.come(user).pk == planned.pk
    assert len(watches.coming()) == 1


def test_who_may_not_act_keeps_no_watch(desk, cast, client):
    with pytest.raises(NotAllowedError):
        watches.come(desk["officer"].user)
    with pytest.raises((NotAllowedError, NotFoundError)):
        give(desk["officer"])
    client.force_login(cast["officer"])
    assert client.get("/alerts/handover/").status_code == 404
    assert client.get("/api/v1/alerts/handover").status_code == 403


def test_the_state_of_the_list_goes_with_it_and_stays_as_it_was(alert, desk):
    first = desk["first"]
    watches.come(first.user)
    given = give(first, notes="boat 1: the owner calls back")
    assert watches.mine(first.user) is None
    listed = given.snapshot["lists"]
    assert [entry["id"] for entry in listed["unacknowledged"]] == [alert.pk]
    services.close(alert.pk, Who(first.user, first.grant), reason="done")
    given.refresh_from_db()
    assert given.snapshot["counts"]["unacknowledged"] == 1
    assert given.notes == "boat 1: the owner calls back"


def test_shelved_and_suppressed_alerts_are_handed_over_with_end_and_reason(alert, desk):
    first = desk["first"]
    who = Who(first.user, first.grant)
    services.shelve(alert.pk, who, minutes=60, reason="sea trial")
    (entry,) = give(first).snapshot["lists"]["shelved"]
    assert (entry["reason"], bool(entry["until"])) == ("sea trial", True)


def test_the_next_one_signs_and_is_on_watch(alert, desk):
    first, second = desk["first"], desk["second"]
    given = give(first)
    with pytest.raises(RefusedError):
        handover.take(given.pk, first)
    taken = handover.take(given.pk, second)
    assert (taken.taken_by, handover.waiting()) == (second.user, [])
    assert [watch.user for watch in watches.now_there()] == [second.user]
    assert handover.take(given.pk, second).taken_at == taken.taken_at
    assert handover.since_of(second.user, timezone.now()) >= given.given_at


def test_the_same_form_sent_twice_is_one_hand_over(desk):
    assert give(desk["first"], "one").pk == give(desk["first"], "one").pk
    give(desk["first"], "two")
    assert Handover.objects.count() == 2


def test_a_reader_of_one_unit_sees_the_rows_of_that_unit_only(alert, desk, world):
    body = give(desk["first"]).snapshot
    officer = desk["officer"].user
    Scope.objects.create(user=officer, units=[world["west"]])
    shown = handover.shown_to(grant_of(officer), body)
    assert shown["lists"]["unacknowledged"] == []
    assert (shown["counts"]["unacknowledged"], shown["account"]) == (0, None)
    whole = handover.shown_to(desk["second"].grant, body)
    assert len(whole["lists"]["unacknowledged"]) == 1


def test_pages_show_take_and_print(alert, desk, client):
    client.force_login(desk["first"].user)
    page = client.get("/alerts/handover/?lang=en").content.decode()
    assert "TH-00001" in page
    client.post("/alerts/handover/come/")
    form = {"notes": "mind boat 1", "key": "form", "leave": "on"}
    answer = client.post("/alerts/handover/give/", form)
    given = Handover.objects.get()
    assert answer.url == f"/alerts/handover/{given.pk}/"
    client.force_login(desk["second"].user)
    assert "mind boat 1" in client.get(answer.url).content.decode()
    client.post(f"{answer.url}take/")
    given.refresh_from_db()
    assert given.taken_by == desk["second"].user
    printed = client.get(f"/alerts/handover/{given.pk}.pdf")
    assert printed.content.startswith(b"%PDF")
    (row,) = client.get("/api/v1/alerts/handover").json()
    assert (row["given_by"], row["taken_by"]) == ("operator", "second")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_lose_nothing_and_one_signature_stands(desk, settings):
    third = User.objects.create_user("third", password="x")
    third.groups.set(desk["first"].user.groups.all())
    Scope.objects.create(user=third, all_units=True)
    takers = [desk["second"], Signer(third, grant_of(third))]
    start = Barrier(2)

    def at_once(act) -> str:  # type: ignore[no-untyped-def]
        start.wait(10)
        try:
            act()
        except RefusedError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        gives = [
            lambda signer=signer: give(signer, signer.user.username, notes="mine")
            for signer in (desk["first"], desk["second"])
        ]
        assert list(pool.map(at_once, gives)) == ["done", "done"]
        assert Handover.objects.filter(notes="mine").count() == 2
        given = Handover.objects.get(given_by=desk["first"].user)
        takes = [lambda taker=taker: handover.take(given.pk, taker) for taker in takers]
        assert sorted(pool.map(at_once, takes)) == ["done", "refused"]
    given.refresh_from_db()
    assert given.taken_by in {taker.user for taker in takers}
    assert Event.objects.filter(kind="handover.taken").count() == 1
