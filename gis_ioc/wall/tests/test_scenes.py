"""What people do with scenes: saved, refused, deleted, restored, taken in and out."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from gis_ioc.accounts.models import AuditEntry
from gis_ioc.wall.models import Playlist, Scene, Slot, Wall
from gis_ioc.wall.scenes import drafts, queries, services, shipping

pytestmark = pytest.mark.django_db
SMALL = {"id": "rank", "kind": "ranking", "column": 0, "row": 0, "width": 4,
         "height": 4, "options": {"indicator": "KT08", "top": 12}}  # fmt: skip


def posted(client: Any, url: str, values: Any) -> Any:
    return client.post(url, json.dumps(values), content_type="application/json")


def draft(**more: Any) -> dict[str, Any]:
    body = Scene.objects.get(slug="overview").body
    return {"slug": "storm", "title": "Storm", "body": body, **more}


@pytest.fixture
def operator(client, cast):  # type: ignore[no-untyped-def]
    client.force_login(cast["operator"])
    client.cookies["ioc_lang"] = "en"
    with translation.override("en"):
        yield client


def test_the_release_brings_scenes_playlists_and_a_week() -> None:
    assert Scene.objects.count() == len(shipping.scenes()) == 10
    assert set(Playlist.objects.values_list("slug", flat=True)) == {
        "day", "night", "visitors",
    }  # fmt: skip
    assert Slot.objects.filter(wall__slug="main").count() == 2
    assert shipping.sync() == {"scenes": 0, "playlists": 0, "slots": 0}


def test_shipped_playlists_name_shipped_scenes_and_keys_are_used_once() -> None:
    known = {scene["slug"] for scene in shipping.scenes()}
    for playlist in shipping.playlists()["playlists"]:
        assert {item["scene"] for item in playlist["items"]} <= known
    keys = [scene["hotkey"] for scene in shipping.scenes()]
    assert len(set(keys)) == len(keys)


def test_a_later_release_renews_a_scene_that_nobody_edited() -> None:
    scene = Scene.objects.get(slug="sea")
    old = {name: getattr(scene, name) for name in shipping.OF_SCENE} | {"order": 31}
    Scene.objects.filter(pk=scene.pk).update(order=31, shipped=shipping.digest(old))
    assert shipping.sync()["scenes"] == 1
    scene.refresh_from_db()
    assert (scene.order, scene.version) == (30, 2)


def test_a_later_release_leaves_what_was_edited_or_deleted_here() -> None:
    Scene.objects.filter(slug="sea").update(title="Our sea")
    Scene.objects.get(slug="air").delete()
    Slot.objects.filter(wall__slug="main").delete()
    assert shipping.sync() == {"scenes": 0, "playlists": 0, "slots": 0}
    assert Scene.objects.get(slug="sea").title == "Our sea"
    assert not Scene.objects.filter(slug="air").exists()


def test_an_operator_saves_a_scene_and_the_act_is_on_record(operator) -> None:  # type: ignore[no-untyped-def]
    values = {"draft": draft(), "known": 0, "reason": "typhoon"}
    answer = posted(operator, "/wall/scenes/save", values)
    assert answer.status_code == 200, answer.content
    assert answer.json()["version"] == 1
    entry = AuditEntry.objects.filter(action="save-scene").get()
    assert entry.detail == {"scene": "storm", "version": 1, "reason": "typhoon"}
    newest = queries.versions("storm")[0]
    assert (newest["reason"], newest["version"]) == ("typhoon", 1)
    assert newest["who"].username == entry.user.username


def test_saved_again_without_a_change_it_stays_the_same_version(operator) -> None:  # type: ignore[no-untyped-def]
    posted(operator, "/wall/scenes/save", {"draft": draft(), "known": 0})
    again = posted(operator, "/wall/scenes/save", {"draft": draft(), "known": 1})
    assert again.json()["version"] == 1
    assert len(queries.versions("storm")) == 1


def test_a_scene_that_is_too_small_is_refused_with_its_texts(operator) -> None:  # type: ignore[no-untyped-def]
    values = {"draft": draft(body={"panes": [SMALL]}), "known": 0}
    answer = posted(operator, "/wall/scenes/save", values)
    assert answer.status_code == 422
    texts = {problem["text"] for problem in answer.json()["problems"]}
    assert "names and values of units" in texts
    assert "59 px needed at 5 m" in answer.json()["detail"]
    assert not Scene.objects.filter(slug="storm").exists()


def test_a_scene_for_every_wall_is_checked_on_every_wall(operator) -> None:  # type: ignore[no-untyped-def]
    Wall.objects.create(slug="far", title="Far", pitch_mm=0.3, farthest_m=20)
    refused = posted(operator, "/wall/scenes/save", {"draft": draft(), "known": 0})
    assert refused.status_code == 422
    assert "wall far" in refused.json()["detail"]
    own = draft(wall="main")
    assert posted(operator, "/wall/scenes/save", {"draft": own, "known": 0}).json()[
        "slug"
    ]


def test_of_two_who_edit_the_second_is_told(operator) -> None:  # type: ignore[no-untyped-def]
    posted(operator, "/wall/scenes/save", {"draft": draft(), "known": 0})
    one = posted(operator, "/wall/scenes/save", {"draft": draft(order=5), "known": 1})
    other = posted(operator, "/wall/scenes/save", {"draft": draft(order=7), "known": 1})
    assert (one.status_code, other.status_code) == (200, 409)
    assert Scene.objects.get(slug="storm").order == 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slug": "new"}, "address of its own"),
        ({"slug": "Storm!"}, "It must look like"),
        ({"slug": "overview"}, "already"),
        ({"title": "  "}, "needed"),
        ({"hotkey": "1"}, "The key 1 is that of"),
        ({"wall": "nowhere"}, "There is no wall nowhere"),
        ({"colour": "red"}, "no such parameter"),
        ({"body": {"panes": []}}, "panes"),
        ({"body": {"panes": [{**SMALL, "column": 22}]}}, "does not lie on the grid"),
        ({"body": {"panes": [SMALL, SMALL]}}, "same id"),
        ({"body": 3}, "body"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_with_its_reason(  # type: ignore[no-untyped-def]
    operator, change, words
) -> None:
    values = {"draft": draft(**change), "known": 0}
    answer = posted(operator, "/wall/scenes/save", values)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(operator, raw) -> None:  # type: ignore[no-untyped-def]
    answer = operator.post("/wall/scenes/save", raw, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["leader", "officer", "fisheries", "supervisor"])
def test_others_look_at_scenes_but_change_none(client, cast, role) -> None:  # type: ignore[no-untyped-def]
    client.force_login(cast[role])
    assert client.get("/wall/scenes/").status_code == 200
    assert client.get("/wall/scenes/sea/edit").status_code == 200
    assert client.get("/wall/scenes/new").status_code == 404
    values = {"draft": draft(), "known": 0}
    assert posted(client, "/wall/scenes/save", values).status_code == 403
    client.post("/wall/scenes/sea/delete", {"reason": "x"})
    assert Scene.objects.filter(slug="sea").exists()
    measured = {"wall": "main", "version": 1, "small": []}
    assert posted(client, "/wall/scenes/sea/measured", measured).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client) -> None:  # type: ignore[no-untyped-def]
    for url in ("/wall/scenes/", "/wall/scenes/sea/edit", "/wall/playlists/"):
        assert client.get(url).status_code == 302


def test_deleting_needs_a_reason_and_a_scene_that_nobody_plays(operator) -> None:  # type: ignore[no-untyped-def]
    posted(operator, "/wall/scenes/save", {"draft": draft(), "known": 0})
    for slug, reason in (("storm", " "), ("sea", "old"), ("overview", "old")):
        operator.post(f"/wall/scenes/{slug}/delete", {"reason": reason})
        assert Scene.objects.filter(slug=slug).exists()
    operator.post("/wall/scenes/storm/delete", {"reason": "the storm is over"})
    assert not Scene.objects.filter(slug="storm").exists()
    newest = queries.versions("storm")[0]
    assert (newest["deleted"], newest["reason"]) == (True, "the storm is over")


def test_a_deleted_scene_and_an_old_version_come_back(operator) -> None:  # type: ignore[no-untyped-def]
    posted(operator, "/wall/scenes/save", {"draft": draft(), "known": 0})
    posted(operator, "/wall/scenes/save", {"draft": draft(order=9), "known": 1})
    first = queries.versions("storm")[-1]
    operator.post(f"/wall/scenes/storm/restore/{first['id']}")
    scene = Scene.objects.get(slug="storm")
    assert (scene.order, scene.version) == (100, 3)
    operator.post("/wall/scenes/storm/delete", {"reason": "over"})
    operator.post(f"/wall/scenes/storm/restore/{first['id']}")
    assert Scene.objects.get(slug="storm").title == "Storm"
    assert operator.get("/wall/scenes/storm/versions").status_code == 200


def test_a_scene_goes_out_as_a_file_and_comes_in_under_a_free_name(operator) -> None:  # type: ignore[no-untyped-def]
    raw = operator.get("/wall/scenes/sea/export").content
    file = SimpleUploadedFile("sea.json", raw, "application/json")
    answer = operator.post("/wall/scenes/import", {"file": file})
    assert answer["Location"] == "/wall/scenes/sea-2/edit"
    came = Scene.objects.get(slug="sea-2")
    assert came.body == Scene.objects.get(slug="sea").body
    assert came.hotkey == ""


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe", b"{}", b"[]", b'{"format": "gis-ioc scene 1"}', b"x" * 300_000],
)
def test_a_file_that_is_no_scene_is_refused_in_words(operator, raw) -> None:  # type: ignore[no-untyped-def]
    before = Scene.objects.count()
    file = SimpleUploadedFile("x.json", raw or b" ", "application/json")
    page = operator.post("/wall/scenes/import", {"file": file}, follow=True)
    assert b"note-error" in page.content
    assert Scene.objects.count() == before


def test_shipped_words_stay_in_both_languages_until_somebody_edits_them(cast) -> None:  # type: ignore[no-untyped-def]
    with translation.override("vi"):
        scene = Scene.objects.get(slug="welcome")
        draft = drafts.draft_of(scene).model_copy(
            update={
                "title": scene.shown_title,
                "body": queries.shown_body(scene.body),
                "order": 91,
            }
        )
        assert draft.title != scene.title
        saved = services.save(drafts.untouched(draft), cast["operator"], known=1)
    assert saved.title == "Welcome"
    assert saved.body == scene.body
    assert saved.order == 91


def test_what_the_preview_measured_is_kept_with_its_version(operator) -> None:  # type: ignore[no-untyped-def]
    small = [{"pane": "map", "text": "names", "px": 41, "needed_px": 58.8},
             {"pane": "map", "text": 3, "px": "x", "needed_px": 1}, 7]  # fmt: skip
    sent = {"wall": "main", "version": 1, "small": small}
    assert posted(operator, "/wall/scenes/sea/measured", sent).json()["kept"]
    kept = Scene.objects.get(slug="sea").checked["main"]
    assert kept["small"] == small[:1]
    assert b"1 text measured too small" in operator.get("/wall/scenes/").content
    stale = {**sent, "version": 7}
    assert not posted(operator, "/wall/scenes/sea/measured", stale).json()["kept"]
    assert Scene.objects.get(slug="sea").version == 1


def test_the_check_answers_for_an_unsaved_body(operator) -> None:  # type: ignore[no-untyped-def]
    values = {"body": {"panes": [SMALL]}, "wall": "main"}
    found = posted(operator, "/wall/scenes/check", values).json()["problems"]
    assert {problem["pane"] for problem in found} == {"rank"}
    assert all(problem["refuses"] for problem in found)
    good = {"body": draft()["body"], "wall": "main"}
    assert posted(operator, "/wall/scenes/check", good).json() == {"problems": []}
    lost = {"body": draft()["body"], "wall": "nowhere"}
    assert posted(operator, "/wall/scenes/check", lost).status_code == 422


def test_every_kind_has_a_form_made_from_its_options(operator) -> None:  # type: ignore[no-untyped-def]
    from gis_ioc.wall.scenes.panes import kinds

    for kind in kinds.values():
        answer = posted(operator, f"/wall/scenes/form/{kind.slug}", {"options": {}})
        assert answer.status_code == 200
        for name in kind.options.model_fields:
            assert f'data-option="{name}"' in answer.content.decode()
    assert posted(operator, "/wall/scenes/form/film", {}).status_code == 404
