"""Scenes that the farthest reader cannot read are refused, with the texts named."""

from typing import Any

import pytest
from django.utils import translation

from gis_ioc.wall.canvas import Box
from gis_ioc.wall.legibility import MOST_CHARS, Sizes
from gis_ioc.wall.scenes import shipping
from gis_ioc.wall.scenes.body import SceneBody
from gis_ioc.wall.scenes.checking import Problem, check
from gis_ioc.wall.scenes.measuring import box_of, measured
from gis_ioc.wall.scenes.panes import kinds
from gis_ioc.wall.scenes.panes.base import Part, chars_across, stacked, wrapped

from .walls import WALLS, wall

SCENES = {scene["slug"]: scene for scene in shipping.scenes()}
OPTIONS: dict[str, dict[str, Any]] = {
    "ranking": {"indicator": "KT08"},
    "chart": {"indicator": "KT01"},
    "text": {"title": "Storm", "body": "Boats go to port."},
    "web": {"url": "https://weather.example/radar"},
}


@pytest.fixture(autouse=True)
def _english_and_one_host(settings):  # type: ignore[no-untyped-def]
    settings.IOC_WALL_WEB_HOSTS = ["weather.example"]
    with translation.override("en"):
        yield


def body(kind: str, width: int = 24, height: int = 12, **more: Any) -> SceneBody:
    options = more.pop("options", OPTIONS.get(kind, {}))
    pane = {"id": "one", "kind": kind, "column": 0, "row": 0, "width": width,
            "height": height, "options": options}  # fmt: skip
    return SceneBody.model_validate({"panes": [pane], **more})


def refusing(found: list[Problem]) -> list[str]:
    return [problem.message for problem in found if problem.refuses]


@pytest.mark.parametrize("name", WALLS)
@pytest.mark.parametrize("slug", SCENES)
def test_shipped_scenes_can_be_read_on_every_kind_of_wall(slug: str, name: str) -> None:
    found = check(SceneBody.model_validate(SCENES[slug]["body"]), wall(name))
    assert not [problem.message for problem in found]


@pytest.mark.parametrize("kind", kinds)
def test_every_kind_passes_alone_on_a_whole_wall(kind: str) -> None:
    assert not refusing(check(body(kind), wall("4x2")))


@pytest.mark.parametrize("kind", kinds)
def test_every_kind_is_refused_in_one_cell_with_its_texts_named(kind: str) -> None:
    found = check(body(kind, 1, 1), wall("4x2"))
    small = [problem for problem in found if problem.what == "small"]
    assert small
    for problem in small:
        assert problem.text in problem.message
        assert problem.px is not None
        assert problem.needed_px is not None
        assert problem.px < problem.needed_px
        assert problem.remedies


def test_a_ranking_that_is_too_long_says_what_fits() -> None:
    scene = body("ranking", 6, 6, options={"indicator": "KT08", "top": 12})
    found = check(scene, wall("4x2"))
    names = next(p for p in found if p.text == "names and values of units")
    assert "84 px needed at 8 m" in names.message
    assert "at most 5 rows" in names.remedies
    fewer = body("ranking", 6, 6, options={"indicator": "KT08", "top": 5})
    assert not check(fewer, wall("4x2"))
    more = body("ranking", 6, 6, options={"indicator": "KT08", "top": 6})
    assert refusing(check(more, wall("4x2")))


def test_the_larger_pane_that_is_advised_can_be_read() -> None:
    found = check(body("chart", 3, 3), wall("4x2"))
    advised = next(text for text in found[0].remedies if "larger pane" in text)
    width, height = [int(word) for word in advised.split() if word.isdigit()][:2]
    assert not check(body("chart", width, height), wall("4x2"))


def test_a_factor_below_one_makes_every_text_too_small() -> None:
    found = check(body("clock", text=0.5), wall("desk"))
    assert {problem.text for problem in found} >= {"day"}
    assert "text factor of the scene at least 1.0" in found[0].remedies


def test_a_nearer_reader_can_read_what_a_farther_one_cannot() -> None:
    scene = body("alerts", 6, 4)
    near, far = wall("4x2"), wall("4x2")
    far.farthest_m = 11
    assert not check(scene, near)
    assert refusing(check(scene, far))


def test_a_line_is_never_longer_than_a_wall_carries() -> None:
    words = "boats of the fleet go to the port " * 10
    box = Box(0, 0, 7000, 2000)
    lines = wrapped(words, box, 80)
    assert chars_across(box, 80) > MOST_CHARS
    assert max(map(len, lines)) <= MOST_CHARS


def test_a_word_that_is_longer_than_a_line_is_named() -> None:
    long = body("text", options={"body": "x" * 60})
    found = check(long, wall("desk"))
    assert [problem.what for problem in found] == ["long"]
    assert "60 characters" in found[0].message


def test_words_behind_a_bezel_are_warned_of_unless_allowed() -> None:
    across = body("text", 24, 6)
    warned = check(across, wall("4x2"))
    assert [(p.what, p.refuses) for p in warned] == [("bezel", False)]
    assert "between columns 1 and 2" in warned[0].message
    allowed = body("text", 24, 6, options={**OPTIONS["text"], "over_bezels": True})
    assert not check(allowed, wall("4x2"))
    assert not check(body("text", 6, 6), wall("4x2"))
    assert not check(body("map"), wall("4x2"))


def test_an_unknown_kind_and_a_wrong_option_are_named_with_the_pane() -> None:
    assert "no kind film" in check(body("film"), wall("desk"))[0].message
    found = check(body("ranking", options={"top": 0}), wall("desk"))
    assert {problem.text for problem in found} == {"indicator", "top"}
    assert all("pane one." in problem.message for problem in found)


@pytest.mark.parametrize(
    "url",
    [
        "http://weather.example/radar",
        "https://elsewhere.example/",
        "https://weather.example.evil.example/",
        "https://weather.example@evil.example/",
        "https://user:word@weather.example/",
        "https://weather.example:8443/",
        "javascript:alert(1)",
        "https://[::1",
        "//weather.example/radar",
    ],
)
def test_a_page_of_another_host_or_another_way_is_refused(url: str) -> None:
    found = check(body("web", options={"url": url}), wall("desk"))
    assert [problem.what for problem in found] == ["options"]


def test_a_page_of_an_allowed_host_is_warned_of_since_nobody_can_measure_it() -> None:
    found = check(body("web"), wall("desk"))
    assert [(p.what, p.refuses) for p in found] == [("unmeasured", False)]


def test_panes_cover_the_canvas_without_a_gap() -> None:
    scene = SceneBody.model_validate(SCENES["sea"]["body"])
    canvas = wall("3x2").canvas
    boxes = [box_of(pane, scene, canvas) for pane in scene.panes]
    assert sum(b.width * b.height for b in boxes) == canvas.width_px * canvas.height_px
    for index, box in enumerate(boxes):
        assert not any(box.cuts(other) for other in boxes[index + 1 :])


def test_large_figures_give_way_before_words_do() -> None:
    parts = (Part("hour", 8, factor=2.1), Part("day", 20))
    roomy = stacked(parts, Box(0, 0, 3000, 600), 100)
    tight = stacked(parts, Box(0, 0, 3000, 400), 100)
    assert (roomy[0].px, roomy[1].px) == (210, 100)
    assert 100 < tight[0].px < 210
    assert tight[1].px == 100


def test_a_scene_may_want_larger_words_than_the_smallest() -> None:
    usual, large = body("clock"), body("clock", text=1.5)
    place = wall("98-inch")
    day = [measured(one.panes[0], one, place)[1].px for one in (usual, large)]
    assert day[1] == pytest.approx(1.5 * day[0], rel=0.01)
    assert Sizes.of(5, 0.565).times(1.5).text == pytest.approx(day[1], rel=0.01)
