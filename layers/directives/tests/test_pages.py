"""Evidence, pages, API and map of directives."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from layers.alerts.models import Alert
from layers.alerts.tests.trial import Fix, deliver, rule
from layers.core import queries as features
from layers.core.scope import everything
from layers.core.spec import by_role
from layers.directives import evidence, services
from layers.directives.access import (
    SYSTEM,
    NotAllowedError,
    RefusedError,
)
from layers.directives.drafting import Draft, TaskDraft
from layers.directives.models import Directive
from layers.directives.services import act

INSIDE = (106.1, 19.05)
OUTSIDE = (106.5, 19.5)
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64


def upload(body: bytes = JPEG, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, content_type="image/jpeg")


def test_evidence_is_kept_by_its_hash_and_once(directive, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    act(directive.pk, "receive", people["east"])
    first = evidence.add(directive.pk, upload(), people["east"])
    again = evidence.add(directive.pk, upload(name="other.jpg"), people["east"])
    assert first == again
    assert first.sha256 == hashlib.sha256(JPEG).hexdigest()
    assert (tmp_path / first.file.name).read_bytes() == JPEG


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"", b"MZ" + b"0" * 100, b"\xff\xd8\xff" + b"0" * evidence.MAX_BYTES],
    ids=["a page", "nothing", "a program", "too large"],
)
def test_other_files_are_refused(directive, people, body):
    with pytest.raises(RefusedError):
        evidence.add(directive.pk, upload(body), people["east"])


def test_a_step_with_evidence_cannot_be_reported_without(directive, people, settings,
                                                         tmp_path):  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    Directive.objects.update(needs_evidence=True)
    act(directive.pk, "receive", people["east"])
    with pytest.raises(RefusedError):
        act(directive.pk, "report", people["east"], text="done")
    evidence.add(directive.pk, upload(), people["east"])
    act(directive.pk, "report", people["east"], text="done")


def test_the_pages_lead_through_the_work(directive, people, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(people["east"].user)
    board = client.get("/directives/").content.decode()
    assert directive.number in board
    url = f"/directives/{directive.pk}/"
    assert f"{url}receive/" in client.get(url).content.decode()
    client.post(f"{url}receive/")
    client.post(f"{url}evidence/", {"files": upload()})
    page = client.get(url).content.decode()
    assert "photo.jpg" in page
    assert f"{url}report/" in page
    assert f"{url}close/" not in page
    client.post(f"{url}report/", {"text": "done"})
    client.force_login(people["leader"].user)
    client.post(f"{url}close/")
    directive.refresh_from_db()
    assert directive.status == "closed"
    (file,) = directive.tasks.get().evidence.all()
    got = client.get(f"/directives/evidence/{file.pk}/")
    assert b"".join(got.streaming_content) == JPEG
    assert "attachment" in got.headers["Content-Disposition"]
    client.force_login(people["west"].user)
    assert client.get(f"/directives/evidence/{file.pk}/").status_code == 404


def test_an_alert_without_a_playbook_starts_a_directive_by_hand(world, people, client):
    rule()
    deliver(Fix(1, 0, *INSIDE))
    alert = Alert.objects.get()
    client.force_login(people["operator"].user)
    page = client.get(f"/directives/new/?alert={alert.pk}").content.decode()
    assert alert.title in page
    drawer = client.get(f"/drawer/alerts/{alert.pk}/").content.decode()
    assert f"/directives/new/?alert={alert.pk}" in drawer


def test_the_api_lists_shows_and_acts(directive, people, client):
    client.force_login(people["east"].user)
    (row,) = client.get("/api/v1/directives?status=issued").json()
    assert row["id"] == directive.pk
    assert row["cap_status"] == "Exercise"
    assert client.get("/api/v1/directives?status=closed").json() == []
    assert client.get("/api/v1/directives?status=wrong").status_code == 400
    one = client.get(f"/api/v1/directives/{directive.pk}").json()
    assert one["actions"] == ["receive", "return"]
    url = f"/api/v1/directives/{directive.pk}"
    assert client.generic("POST", f"{url}/receive").json()["status"] == "received"
    assert client.generic("POST", f"{url}/report").status_code == 409
    done = client.post(f"{url}/report", {"text": "done"}, "application/json").json()
    assert done["status"] == "reported"
    assert client.generic("POST", f"{url}/close").status_code == 403


def test_a_directive_stands_on_the_map_and_as_it_was(directive, people):
    layer = by_role("orders")
    before = timezone.now()
    act(directive.pk, "receive", people["east"])
    (now,) = features.features(layer, everything(), features.FeatureQuery())
    assert now["properties"]["status"] == "received"
    (was,) = features.features(layer, everything(), features.FeatureQuery(at=before))
    assert was["properties"]["status"] == "issued"
    assert was["properties"]["clock"] == "in_time"


def test_only_who_may_draft_drafts(people, world):
    draft = Draft(
        source="person",
        external_id="1",
        title="x",
        body="x",
        tasks=(TaskDraft(unit_id=world["east"]),),
    )
    with pytest.raises(NotAllowedError):
        services.create(draft, people["east"])
    with pytest.raises(RefusedError):
        services.create(
            Draft(source="p", external_id="2", title="x", body="x", tasks=()),
            SYSTEM,
        )


def test_the_board_shows_what_waits_for_whom(directive, people, client):
    def shown(name: str, query: str) -> bool:
        client.force_login(people[name].user)
        return directive.number in client.get(f"/directives/?{query}").content.decode()

    assert shown("east", "show=waiting")
    assert shown("east", "show=ours")
    assert not shown("east", "show=mine"), "nobody has taken it on yet"
    assert not shown("leader", "show=waiting"), "the work is the unit's"
    assert not shown("west", "show=waiting")
    act(directive.pk, "receive", people["east"])
    assert shown("east", "show=mine")
    act(directive.pk, "report", people["east"], text="done")
    assert not shown("east", "show=waiting")
    assert shown("leader", "show=waiting"), "somebody has to confirm it"
    assert shown("east", "status=reported")
    assert not shown("east", "status=issued")
    assert shown("east", "status=nonsense&show=nonsense")


def test_the_list_keeps_its_filters_in_the_address(directive, people, client):
    client.force_login(people["east"].user)
    page = client.get("/directives/?view=list&show=exercise&severity=high")
    text = page.content.decode()
    assert "directive-list" in text
    assert 'name="view" value="list"' in text
    assert "view=list" in text.split('data-show="waiting" href="')[1].split('"')[0]
    board = client.get("/directives/", headers={"HX-Request": "true"})
    assert b"board-waiting" in board.content


def test_the_counts_of_the_filters_stay_in_scope(directive, people, client):
    for name, count in (("east", 1), ("west", 0)):
        client.force_login(people[name].user)
        shows = client.get("/directives/").context["shows"]
        found = {show["slug"]: show["count"] for show in shows}
        assert (found["waiting"], found["ours"]) == (count, count)
