"""Styles of a folder: found, made absolute, refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from layers.core.scope import NOBODY, Grant
from tiles.assets import AssetError
from tiles.assets.styles import Styles

BASE = "https://maps.example:8443/tiles"
SOMEBODY = Grant(user_id=7, layers=frozenset({"anything"}))
DAY: dict[str, Any] = {
    "version": 8,
    "sources": {
        "a": {"type": "vector", "url": "/roads"},
        "b": {"type": "vector", "tiles": ["roads/{z}/{x}/{y}", "https://x.example/t"]},
        "c": {"type": "geojson", "data": "/things.geojson"},
        "d": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}},
    },
    "sprite": "/sprite/icons",
    "glyphs": "/font/{fontstack}/{range}",
    "layers": [{"id": "ground", "type": "background"}],
}


def folder_with(tmp_path: Path, **styles: Any) -> Path:
    for name, style in styles.items():
        text = style if isinstance(style, bytes) else orjson.dumps(style)
        (tmp_path / f"{name}.json").write_bytes(text)
    return tmp_path


def own_style(grant: Grant) -> dict[str, Any] | None:
    if grant is NOBODY:
        return None
    return {"version": 8, "sources": {}, "layers": [], "sprite": "/sprite/own"}


async def test_relative_urls_become_absolute_and_others_stay(tmp_path: Path) -> None:
    styles = Styles(folder_with(tmp_path, day=DAY), {})
    found = await styles.document("day", NOBODY, BASE)
    assert found["sprite"] == f"{BASE}/sprite/icons"
    assert found["glyphs"] == BASE + "/font/{fontstack}/{range}"
    assert found["sources"]["a"]["url"] == f"{BASE}/roads"
    assert found["sources"]["b"]["tiles"] == [
        BASE + "/roads/{z}/{x}/{y}",
        "https://x.example/t",
    ]
    assert found["sources"]["c"]["data"] == f"{BASE}/things.geojson"
    assert found["sources"]["d"] == DAY["sources"]["d"]
    assert found["layers"] == DAY["layers"]


async def test_several_sprites_become_absolute_each(tmp_path: Path) -> None:
    sprites = [
        {"id": "default", "url": "/sprite/main"},
        {"id": "other", "url": "//cdn.example/sprite"},
    ]
    styles = Styles(folder_with(tmp_path, day={**DAY, "sprite": sprites}), {})
    found = await styles.document("day", NOBODY, f"{BASE}/")
    assert found["sprite"] == [
        {"id": "default", "url": f"{BASE}/sprite/main"},
        {"id": "other", "url": "//cdn.example/sprite"},
    ]


async def test_the_ending_json_is_optional(tmp_path: Path) -> None:
    styles = Styles(folder_with(tmp_path, day=DAY), {})
    with_ending = await styles.document("day.json", NOBODY, BASE)
    assert with_ending == await styles.document("day", NOBODY, BASE)


def test_the_catalogue_never_shows_a_path_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    folder_with(tmp_path / "sub", night=DAY)
    styles = Styles(folder_with(tmp_path, day=DAY), {})
    assert styles.catalogue(NOBODY) == {
        "day": {"path": "day.json"},
        "night": {"path": "night.json"},
    }


@pytest.mark.parametrize("name", ["night", "", "../day", "day.json.json"])
async def test_an_unknown_style_does_not_exist(tmp_path: Path, name: str) -> None:
    styles = Styles(folder_with(tmp_path, day=DAY), {})
    with pytest.raises(AssetError) as problem:
        await styles.document(name, NOBODY, BASE)
    assert (problem.value.status, problem.value.text) == (404, "No such style exists")


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"\xff", b'{"version": 8}', b'{"layers": [], "sources": [1]}'],
)
async def test_a_broken_style_is_listed_and_not_served(
    tmp_path: Path, content: bytes
) -> None:
    styles = Styles(folder_with(tmp_path, day=DAY, bad=content), {})
    assert list(styles.catalogue(NOBODY)) == ["day"]
    assert list(styles.broken) == ["bad"]
    assert str(tmp_path) not in styles.broken["bad"]
    with pytest.raises(AssetError):
        await styles.document("bad", NOBODY, BASE)


async def test_a_style_that_is_edited_is_served_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiles.assets.folders.EVERY_S", 0.0)
    styles = Styles(folder_with(tmp_path, day=b"{"), {})
    assert styles.catalogue(NOBODY) == {}
    folder_with(tmp_path, day=DAY)
    os.utime(tmp_path / "day.json", ns=(1, 1))
    assert (await styles.document("day", NOBODY, BASE))["layers"] == DAY["layers"]
    assert styles.broken == {}


async def test_a_generated_style_is_only_there_for_who_may_see_it() -> None:
    styles = Styles(None, {"own": own_style})
    assert styles.catalogue(SOMEBODY) == {"own": {"path": "own.json"}}
    found = await styles.document("own", SOMEBODY, BASE)
    assert found["sprite"] == f"{BASE}/sprite/own"
    assert styles.catalogue(NOBODY) == {}
    with pytest.raises(AssetError) as problem:
        await styles.document("own", NOBODY, BASE)
    assert problem.value.status == 404


async def test_a_file_wins_over_a_generated_style(tmp_path: Path) -> None:
    styles = Styles(folder_with(tmp_path, own=DAY), {"own": own_style})
    assert styles.catalogue(NOBODY) == {"own": {"path": "own.json"}}
    found = await styles.document("own", SOMEBODY, BASE)
    assert found["layers"] == DAY["layers"]
