"""Acts over the API and by pages: sent again they are done and told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from layers.core.delivery.models import Message
from layers.core.models import Event
from layers.directives import once, services
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.models import Answered, Evidence, Extension
from layers.directives.services import act

from .test_extension import AT, photo

API = "/api/v1/directives"


def send(user, url: str, body: dict, key: str = "", **more):
    client = Client()
    client.force_login(user)
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(
        f"{API}/{url}", body, content_type="application/json", headers=headers
    )


def count(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


@pytest.mark.parametrize("slug", ["remind", "ask"])
def test_a_word_sent_again_under_its_key_is_told_once(directive, people, slug) -> None:
    user, url = people["leader"].user, f"{directive.pk}/{slug}"
    first = send(user, url, {"text": "How far?"}, "k-1")
    told = Message.objects.count()
    again = send(user, url, {"text": "How far?"}, "k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert Message.objects.count() == told
    assert count(f"directive.{slug}") == 1
    send(user, url, {"text": "How far?"}, "k-2")
    assert count(f"directive.{slug}") == 2


def test_a_key_is_of_one_person_and_one_act(directive, people, cast) -> None:
    url = f"{directive.pk}/remind"
    send(people["leader"].user, url, {"text": "Now"}, "k")
    other = send(people["leader"].user, url, {"text": "Later"}, "k")
    assert other.status_code == 422
    assert send(cast["supervisor"], url, {"text": "Now"}, "k").status_code == 200
    asked = send(people["leader"].user, f"{directive.pk}/ask", {"text": "Now"}, "k")
    assert asked.status_code == 200
    assert count("directive.remind") == 2
    long = send(people["leader"].user, url, {"text": "Now"}, "k" * 101)
    assert long.status_code == 422


def test_what_was_refused_may_be_tried_again_under_its_key(directive, people) -> None:
    user, url = people["east"].user, f"{directive.pk}/start"
    assert send(user, url, {}, "k").status_code == 409
    act(directive.pk, "receive", people["east"])
    assert send(user, url, {}, "k").status_code == 200
    assert Answered.objects.count() == 1


def test_an_answer_is_the_same_when_the_state_has_gone_on(directive, people) -> None:
    user = people["east"].user
    first = send(user, f"{directive.pk}/receive", {}, "k")
    act(directive.pk, "start", people["east"])
    again = send(user, f"{directive.pk}/receive", {}, "k")
    assert first.content == again.content
    assert again.json()["status"] == "received"


def test_more_time_is_asked_for_and_decided(directive, people) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    until = (task.legal_deadline + timedelta(hours=5)).isoformat()
    url, body = f"tasks/{task.pk}/extensions", {"until": until, "reason": "High sea"}
    assert send(people["west"].user, url, body).status_code == 404
    assert send(people["leader"].user, url, body).status_code == 403
    early = {**body, "until": timezone.now().isoformat()}
    assert send(people["east"].user, url, early).status_code == 409
    assert send(people["east"].user, url, {"reason": "x"}).status_code == 422
    first = send(people["east"].user, url, body, "k")
    assert first.content == send(people["east"].user, url, body, "k").content
    found = first.json()
    decide = f"extensions/{found['id']}"
    assert send(people["east"].user, decide, {"grant": True}).status_code == 403
    assert send(people["leader"].user, decide, {"grant": False}).status_code == 409
    answer = send(people["leader"].user, decide, {"grant": True}, "k")
    assert answer.json()["granted"] is True
    again = send(people["leader"].user, decide, {"grant": True}, "k")
    assert answer.content == again.content
    assert count("extension.granted") == 1
    assert send(people["leader"].user, "extensions/0", {"grant": True}).status_code == (
        404
    )


def upload(user, task: int, body: bytes, key: str = "", **more):
    client = Client()
    client.force_login(user)
    file = SimpleUploadedFile("photo.jpg", body, content_type="image/jpeg")
    headers = {"Idempotency-Key": key} if key else {}
    url = f"{API}/tasks/{task}/evidence"
    return client.post(url, {"file": file, **more}, headers=headers)


def test_evidence_is_checked_as_on_the_page(directive, people, client) -> None:
    task, user = directive.tasks.get().pk, people["east"].user
    kept = upload(user, task, photo(*AT), "k", note="The quay").json()
    assert (kept["place_source"], kept["near"], kept["note"]) == (
        "exif", True, "The quay",
    )  # fmt: skip
    assert upload(user, task, photo(*AT), "k", note="The quay").json() == kept
    assert upload(user, task, photo(*AT), "k", note="Another").status_code == 422
    assert Evidence.objects.count() == 1
    device = upload(user, task, photo(), lon=AT[0], lat=AT[1], accuracy=12).json()
    assert device["place_source"] == "device"
    assert upload(user, task, b"MZ not a photo").status_code == 409
    assert upload(user, task, b"").status_code == 409
    assert upload(user, task, photo(), lon=999, lat=0).status_code == 422
    assert upload(people["west"].user, task, photo()).status_code == 404
    assert upload(people["leader"].user, task, photo()).status_code == 403
    assert upload(user, 0, photo()).status_code == 404
    client.force_login(user)
    shown = client.get(f"{API}/{directive.pk}").json()["evidence"]
    assert [entry["id"] for entry in shown] == [kept["id"], device["id"]]


def both(world, people):
    """A directive that two units have reported."""
    tasks = tuple(TaskDraft(unit_id=world[name]) for name in ("east", "west"))
    draft = Draft(source="p", external_id="2", title="Both", body="-", tasks=tasks)
    directive = services.create(draft, people["operator"])
    act(directive.pk, "issue", people["leader"])
    for name in ("east", "west"):
        act(directive.pk, "receive", people[name])
        act(directive.pk, "report", people[name], text="done")
    return directive


def test_one_named_task_goes_back(world, people, client) -> None:
    directive = both(world, people)
    user, url = people["leader"].user, f"{directive.pk}/send_back"
    assert send(user, url, {"text": "Which?"}).status_code == 409
    east, west = directive.tasks.order_by("pk")
    body = {"text": "Which boat?", "task": east.pk}
    assert send(user, url, {**body, "task": 0}).status_code == 409
    found = send(user, url, body).json()
    assert [task["status"] for task in found["tasks"]] == ["in_progress", "reported"]
    assert found["status"] == "in_progress"
    assert send(user, url, body).status_code == 200, "it is back already"
    [event] = Event.objects.filter(kind="directive.send_back")
    assert (event.new["task"], event.new["unit"]) == (east.pk, world["east"])
    assert Message.objects.filter(key__startswith=f"task.send_back:{east.pk}").exists()
    client.force_login(user)
    page = client.get(f"/directives/{directive.pk}/").content.decode()
    assert f'name="task" value="{west.pk}"' in page
    assert f'name="task" value="{east.pk}"' not in page
    client.post(f"/directives/{directive.pk}/send_back/",
                {"text": "And you?", "task": west.pk})  # fmt: skip
    west.refresh_from_db()
    assert (west.status, west.reported_at, west.outcome) == ("in_progress", None, "")


def test_a_form_sent_twice_is_one_act_and_other_words_are_another(
    directive, people, client
) -> None:
    client.force_login(people["leader"].user)
    url = f"/directives/{directive.pk}/"
    page = client.get(url).content.decode()
    token = page.split('name="once" value="')[1].split('"')[0]
    for text in ("Now", "Now", "Now, please"):
        client.post(f"{url}remind/", {"once": token, "text": text})
    assert count("directive.remind") == 2
    client.post(f"{url}remind/", {"once": once.token(), "text": "Now"})
    assert count("directive.remind") == 3


def test_old_keys_are_forgotten(directive, people) -> None:
    send(people["leader"].user, f"{directive.pk}/remind", {"text": "Now"}, "k")
    assert once.forget() == 0
    Answered.objects.update(at=timezone.now() - once.KEPT - timedelta(minutes=1))
    assert once.forget() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_are_one_act_with_one_answer(directive, people) -> None:
    act(directive.pk, "receive", people["east"])
    task = directive.tasks.get()
    until = (task.legal_deadline + timedelta(hours=5)).isoformat()
    start = Barrier(4)

    def at_once(url: str, user, body: dict) -> tuple[int, bytes]:
        start.wait(10)
        try:
            answer = send(user, url, body, "same")
            return answer.status_code, answer.content
        finally:
            connection.close()

    reminder = (f"{directive.pk}/remind", people["leader"].user, {"text": "Now"})
    time = {"until": until, "reason": "High sea"}
    asking = (f"tasks/{task.pk}/extensions", people["east"].user, time)
    with ThreadPoolExecutor(4) as pool:
        one, two, three, four = pool.map(
            lambda given: at_once(*given), [reminder, reminder, asking, asking]
        )
    assert one == two
    assert three == four
    assert (one[0], three[0]) == (200, 200)
    assert count("directive.remind") == 1
    assert Extension.objects.count() == 1
    keys = Message.objects.filter(key__startswith="directive.remind").count()
    assert keys == 1


def test_nobody_is_asked_to_sign_in_by_a_crash(directive, client) -> None:
    for url in (f"{API}/{directive.pk}/remind", f"{API}/{directive.pk}/remind?for=1"):
        answer = client.post(
            url, {"text": "x"}, content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )  # fmt: skip
        assert answer.status_code in (401, 403, 404)
    assert client.get(f"{API}?for=1").status_code in (401, 403)
