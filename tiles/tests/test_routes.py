"""From paths to what they ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiles import routes
from tiles.routes import MAX_PATH, ROUTES, HttpError, Route


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/a/abc/0/0", 404),
        ("/a/-1/0/0", 404),
        ("/a/1/5/0", 400),
        ("/a/30/0/1073741823", 404),  # ten digits
        ("/a/31/0/0", 404),
        ("/a/99/0/0", 404),
        ("/a/1e9/0/0", 404),
        ("/a/1/0", 404),
        ("/a/1/0/0/0", 404),
        ("/" + ",".join("a" * 129) + "/0/0/0", 400),
        ("/" + ",".join("a" * 129), 400),
        ("/sprite/" + ",".join("a" * 129) + ".json", 400),
        ("/font/a/0-255/x", 404),
        ("/" + "a" * MAX_PATH, 414),
    ],
)
def test_paths_that_name_no_tile_are_refused(path: str, status: int) -> None:
    with pytest.raises(HttpError) as caught:
        ROUTES[path]
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a/1/0/1.pbf", "/a/1/0/1"),
        ("/a,b/1/0/1.mvt", "/a,b/1/0/1"),
        ("/tiles/a/1/0/1", "/a/1/0/1"),
        ("/tiles/a/1/0/1.pbf", "/a/1/0/1"),
        ("/tiles/a", "/a"),
        ("/sprites/i@2x.png", "/sprite/i@2x.png"),
        ("/sdf_sprites/i,j.json", "/sdf_sprite/i,j.json"),
        ("/fonts/A B/0-255", "/font/A B/0-255"),
        ("/font/A B/0-255.pbf", "/font/A B/0-255"),
        ("/styles/day", "/style/day"),
    ],
)
def test_other_spellings_lead_to_the_canonical_path(path: str, target: str) -> None:
    route = ROUTES[path]
    assert (route.kind, route.target) == ("redirect", target)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("", Route("root")),
        ("/", Route("root")),
        ("/health", Route("health")),
        ("/catalog/", Route("catalog")),
        ("/_/metrics", Route("metrics")),
        ("/a,b", Route("tilejson", ("a", "b"))),
        ("/a,b/3/7/0", Route("tile", ("a", "b"), 3, 7, 0)),
        ("/a/30/5/5", Route("tile", ("a",), 30, 5, 5)),
        ("/sprite/i,j.json", Route("sprite", ("i", "j"), form="json")),
        (
            "/sdf_sprite/i@2x.png",
            Route("sprite", ("i",), form="png", sdf=True, ratio=2),
        ),
        ("/font/A,B/256-511", Route("font", ("A", "B"), x=256, y=511)),
        ("/style/day.json", Route("style", ("day.json",))),
        ("/style/day/3/1/1.png", Route("picture", ("day",))),
        ("/style/day/static/auto/9x9.png", Route("picture", ("day",))),
        # Words that begin paths of drawings may still name a source.
        ("/fonts/3/1/1", Route("tile", ("fonts",), 3, 1, 1)),
        ("/styles", Route("tilejson", ("styles",))),
    ],
)
def test_a_path_is_read_as_martin_reads_it(path: str, route: Route) -> None:
    assert ROUTES[path] == route


@given(st.text(max_size=60).map(lambda text: "/" + text))
def test_no_path_is_more_than_a_route_or_a_clear_refusal(path: str) -> None:
    assert asked(path) in (*routes.PATTERNS, 400, 404)


def asked(path: str) -> str | int:
    """The kind of the route, or the status of the refusal."""
    try:
        return ROUTES[path].kind
    except HttpError as refused:
        return refused.status if len(refused.text) < 300 else -1


def test_a_hundred_thousand_paths_leave_a_bounded_memory() -> None:
    ROUTES.clear()
    for number in range(100_000):
        assert ROUTES[f"/a/17/{number % 65536}/{number // 2}"].z == 17
    assert len(ROUTES) <= ROUTES.size
    ROUTES.clear()
    for number in range(1_000):
        assert ROUTES["/" + "a" * 2_000 + str(number)].kind == "tilejson"
    assert not ROUTES
