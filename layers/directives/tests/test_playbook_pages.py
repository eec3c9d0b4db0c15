"""The pages of playbooks: read, write, move steps, try, compare, put in force."""

from __future__ import annotations

import orjson
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope
from layers.directives.access import NotAllowedError, Who
from layers.directives.addressing import TOS
from layers.directives.models import Directive, Playbook, Task
from layers.directives.playbook_editor import comparing, editing, exchange, store
from layers.directives.playbook_editor.forms import StepForm, step_of, values_of
from layers.directives.playbooks import Step

BASE = {
    "title": "First",
    "text": "Do it, $unit",
    "needed_by_min": 60,
    "deadline_min": 120,
}
RICH = {
    **BASE,
    "title": "Second",
    "to": {
        "kind": "nearest",
        "layer": "alerts",
        "count": 2,
        "within_km": 7.5,
        "filter": "severity = 'high'",
        "per": "unit",
        "lead": "first",
        "contact_field": "health",
    },
    "co": [{"kind": "units_inside"}, {"kind": "role", "agency": "Guard"}],
    "working": True,
    "evidence": "photo_at_place",
    "after": 1,
    "when": {
        "severities": ["high"],
        "parts": ["cod"],
        "at_least": 1.5,
        "filter": "a = 1",
    },
}
URL = "/directives/playbooks/"


@pytest.fixture
def who(cast) -> dict[str, Who]:
    return {name: Who(user, grant_of(user)) for name, user in cast.items()}


@pytest.fixture
def written(world, who) -> Playbook:
    content = store.Content(
        title="Flood", steps=[BASE, {**BASE, "title": "Second", "after": 1}]
    )
    return store.save_version("flood", content, who["operator"])


def posted(playbook: Playbook, **changes: object) -> dict[str, object]:
    """What a browser sends for the form as it is."""
    editor = editing.of_playbook(playbook)
    sent: dict[str, object] = {"steps-total": len(editor.steps), "do": "save"}
    for form in (editor.head, *editor.steps, *editor.rungs):
        for field in form:
            value = field.value()
            if value not in (None, False, ""):
                sent[field.html_name] = value
    return {**sent, **changes}


def test_a_step_is_the_same_after_the_form():
    for values in (BASE, RICH):
        step = Step.model_validate(values)
        assert Step.model_validate(step_of(values_of(step))) == step


def test_the_lists_and_the_flow_are_shown(client, cast, written):
    client.force_login(cast["operator"])
    page = client.get(URL)
    assert "Flood" in page.content.decode()
    page = client.get(f"{URL}flood/")
    assert len(page.context["stages"]) == 2
    assert client.get(f"{URL}nothing/").status_code == 404


def test_saving_makes_the_next_version_that_is_not_in_force(client, cast, written):
    client.force_login(cast["operator"])
    data = posted(written, **{"steps-0-title": "Changed", "note": "why"})
    answer = client.post(f"{URL}flood/edit/?version=1", data)
    assert answer.status_code == 302, answer.context["editor"].head.errors
    new = Playbook.objects.get(slug="flood", version=2)
    assert (new.typed_steps[0].title, new.note, new.enabled) == (
        "Changed",
        "why",
        False,
    )
    assert new.created_by == cast["operator"]
    assert Playbook.objects.get(slug="flood", version=1).steps[0]["title"] == "First"


def test_saving_what_is_the_same_makes_no_version(client, cast, written):
    client.force_login(cast["operator"])
    assert client.post(f"{URL}flood/edit/", posted(written)).status_code == 302
    assert Playbook.objects.filter(slug="flood").count() == 1


@pytest.mark.parametrize(
    ("changes", "form", "field"),
    [
        ({"steps-0-text": "for $nobody"}, 0, "text"),
        ({"steps-0-needed_by_min": "soon"}, 0, "needed_by_min"),
        ({"steps-0-kind": "role"}, 0, "agency"),
        ({"steps-0-kind": "nearest"}, 0, "layer"),
        (
            {
                "steps-0-kind": "inside",
                "steps-0-layer": "alerts",
                "steps-0-filter": "x =",
            },
            0,
            "kind",
        ),
        ({"steps-1-after": "2"}, 1, "after"),
    ],
)
def test_problems_stand_beside_their_fields_and_lose_nothing(
    client, cast, written, changes, form, field
):
    client.force_login(cast["operator"])
    data = posted(written, **{"title": "New name", **changes})
    page = client.post(f"{URL}flood/edit/", data)
    assert page.status_code == 422
    editor = page.context["editor"]
    assert field in editor.steps[form].errors, editor.steps[form].errors
    assert editor.head["title"].value() == "New name"
    assert Playbook.objects.filter(slug="flood").count() == 1


@pytest.mark.parametrize(
    ("act", "titles", "after"),
    [
        ("add-1", ["First", None, "Second"], [0, 0, 1]),
        ("down-1", ["Second", "First"], [2, 0]),
        ("up-2", ["Second", "First"], [2, 0]),
        ("remove-1", ["Second"], [0]),
        ("up-1", ["First", "Second"], [0, 1]),
        ("nonsense", ["First", "Second"], [0, 1]),
    ],
)
def test_steps_are_added_moved_and_removed_without_a_script(
    client, cast, written, act, titles, after
):
    client.force_login(cast["operator"])
    data = posted(written, **{"do": act, "title": "Half wri", "steps-0-after": "0"})
    page = client.post(f"{URL}flood/edit/", data)
    editor = page.context["editor"]
    assert page.status_code == 200
    assert [form["title"].value() for form in editor.steps] == titles
    assert [form["after"].value() for form in editor.steps] == after
    assert editor.head["title"].value() == "Half wri"
    assert Playbook.objects.filter(slug="flood").count() == 1


def test_a_new_playbook_gets_a_code_of_its_own(client, cast, written):
    client.force_login(cast["operator"])
    data = posted(written)
    for taken in ("flood", "new"):
        page = client.post(f"{URL}new/", {**data, "slug": taken})
        assert "slug" in page.context["editor"].head.errors
    assert client.post(f"{URL}new/", {**data, "slug": "drought"}).status_code == 302
    assert Playbook.objects.get(slug="drought").version == 1


def test_a_leader_who_did_not_write_it_puts_it_in_force(who, written):
    with pytest.raises(NotAllowedError):
        store.put_in_force("flood", 1, who["operator"])
    own = store.save_version(
        "flood", store.Content(title="Mine", steps=[BASE]), who["leader"]
    )
    with pytest.raises(NotAllowedError):
        store.put_in_force("flood", own.version, who["leader"])
    store.put_in_force("flood", 1, who["leader"])
    assert store.in_force()["flood"].version == 1
    store.put_in_force("flood", 2, who["administrator"])
    (in_force,) = Playbook.objects.filter(slug="flood", enabled=True)
    assert (in_force.version, in_force.approved_by) == (2, who["administrator"].user)
    assert store.take_out("flood", who["leader"]) == 1
    assert store.in_force() == {}


def test_officers_read_but_do_not_write(client, cast, world, written):
    Scope.objects.create(user=cast["officer"], units=[world["east"]])
    client.force_login(cast["officer"])
    assert client.get(f"{URL}flood/").status_code == 200
    for path in ("flood/edit/", "flood/try/", "new/"):
        assert client.get(URL + path).status_code == 403
    assert client.post(f"{URL}flood/1/force/").status_code == 302
    assert not Playbook.objects.get(slug="flood").enabled
    client.force_login(cast["outsider"])
    assert client.get(f"{URL}flood/").status_code in (302, 403, 404)


def test_trying_shows_who_and_writes_nothing(client, cast, written):
    client.force_login(cast["operator"])
    point = '{"type": "Point", "coordinates": [106.1, 19.0]}'
    page = client.get(f"{URL}flood/try/", {"geom": point, "alert": "", "value": "3"})
    steps = page.context["steps"]
    assert [entry.tasks[0].unit for entry in steps] == ["Commune east"] * 2
    assert steps[1].first.starts_at == steps[0].first.needed_by
    assert "Commune east" in page.content.decode()
    assert not Directive.objects.exists()
    assert not Task.objects.exists()
    assert (
        client.get(f"{URL}flood/try/", {"geom": "", "alert": ""}).context["steps"]
        is None
    )


def test_a_file_comes_back_as_it_went(client, cast, who, written):
    store.save_version(
        "flood",
        store.Content(
            title="Rich",
            steps=[BASE, {**RICH, "when": None}],
            ladder=[{"at": "75%", "to": "unit"}],
        ),
        who["operator"],
    )
    client.force_login(cast["operator"])
    body = client.get(f"{URL}flood/2.json").content
    slug, content = exchange.from_file(body)
    assert (slug, content) == ("flood", store.content_of(store.one("flood", 2)))
    moved = orjson.dumps({**orjson.loads(body), "slug": "moved"})
    client.post(f"{URL}import/", {"file": SimpleUploadedFile("p.json", moved)})
    assert store.content_of(store.one("moved")) == content
    assert not store.one("moved").enabled


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "JSON"),
        (b"[]", "dictionary"),
        (b'{"format": "other/1"}', "format"),
        (b"x" * (exchange.MOST_BYTES + 1), "500"),
    ],
)
def test_a_file_that_is_no_playbook_says_why(body, said):
    with pytest.raises(exchange.FileError, match=said):
        exchange.from_file(body)


def test_what_differs_is_told_step_by_step(written):
    new = Playbook(
        slug="flood",
        version=2,
        title="Floods",
        steps=[{**BASE, "needed_by_min": 90}, {**BASE, "title": "Third"}, RICH],
    )
    told = [(c.what, c.old, c.new) for c in comparing.changes(written, new)]
    assert ("Flood", "Floods") in [(old, now) for _what, old, now in told]
    assert any(now == "Third" and not old for _what, old, now in told)
    assert comparing.changes(written, written) == []


def test_versions_of_before_stay_readable(db):
    old = {**BASE, "addressee": "role", "role": "Guard", "evidence": True}
    playbook = Playbook.objects.create(slug="old", title="Old", steps=[old])
    (step,) = playbook.typed_steps
    assert (step.to.agency, step.evidence) == ("Guard", "file")
    assert store.content_of(playbook).steps[0]["to"]["kind"] == "role"


def test_a_playbook_without_steps_is_refused(who, db):
    with pytest.raises(ValidationError):
        store.save_version(
            "none", store.Content(title="None", steps=[]), who["operator"]
        )


def test_forms_know_every_kind_of_addressee():
    assert {value for value, _title in StepForm.base_fields["kind"].choices} == set(TOS)
