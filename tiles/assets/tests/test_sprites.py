"""Sprites of real SVG files, read back with Pillow."""

from __future__ import annotations

import asyncio
import io
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image

from tiles.assets import AssetError
from tiles.assets.folders import Look, subfolders
from tiles.assets.sprites import Sprites

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}">'
    '<rect width="{0}" height="{0}" fill="{1}"/></svg>'
)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    folder = tmp_path / "icons"
    write(folder, "bear", SQUARE.format(20, "#ff0000"))
    write(folder, "sub/dot", SQUARE.format(8, "#0000ff"))
    return folder


async def sheet(
    sprites: Sprites, *ids: str, sdf: bool = False, ratio: int = 1
) -> tuple[dict[str, Any], np.ndarray]:
    index = orjson.loads(await sprites.json(ids, sdf=sdf, ratio=ratio))
    png = await sprites.png(ids, sdf=sdf, ratio=ratio)
    return index, np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def cut(picture: np.ndarray, entry: dict[str, int]) -> np.ndarray:
    return picture[entry["y"] :, entry["x"] :][: entry["height"], : entry["width"]]


def force_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiles.assets.folders.EVERY_S", 0.0)


def test_the_catalogue_names_images_by_their_path_without_suffix(icons: Path) -> None:
    found = Sprites({"icons": icons}).catalogue()
    assert found == {"icons": {"images": ["bear", "sub/dot"]}}


async def test_the_index_says_where_each_drawing_is(icons: Path) -> None:
    index, picture = await sheet(Sprites({"icons": icons}), "icons")
    assert index["bear"]["width"] == index["bear"]["height"] == 20
    assert index["bear"]["pixelRatio"] == 1
    assert "sdf" not in index["bear"]
    assert (cut(picture, index["bear"]) == [255, 0, 0, 255]).all()
    assert (cut(picture, index["sub/dot"]) == [0, 0, 255, 255]).all()


@pytest.mark.parametrize("sdf", [False, True])
async def test_the_double_ratio_doubles_every_number(icons: Path, sdf: bool) -> None:
    sprites = Sprites({"icons": icons})
    single, small = await sheet(sprites, "icons", sdf=sdf)
    double, large = await sheet(sprites, "icons", sdf=sdf, ratio=2)
    numbers = ("x", "y", "width", "height", "pixelRatio")
    assert {
        name: [2 * entry[key] for key in numbers] for name, entry in single.items()
    } == {name: [entry[key] for key in numbers] for name, entry in double.items()}
    assert large.shape[:2] == (2 * small.shape[0], 2 * small.shape[1])


@pytest.mark.parametrize("ratio", [1, 2])
async def test_a_distance_field_has_192_at_the_edge_and_a_buffer(
    icons: Path, ratio: int
) -> None:
    index, picture = await sheet(
        Sprites({"icons": icons}), "icons", sdf=True, ratio=ratio
    )
    entry = index["bear"]
    assert entry["sdf"] is True
    assert entry["width"] == (20 + 6) * ratio
    row = cut(picture, entry)[13 * ratio, :, 3].astype(float)
    first_inside = 3 * ratio
    outside, inside = row[first_inside - 1], row[first_inside]
    # The edge lies half way between the two pixels; 8 × ratio pixels are 255.
    step = 255 / (8 * ratio)
    assert (outside + inside) / 2 == pytest.approx(255 * 0.75, abs=1)
    assert inside - outside == pytest.approx(step, abs=1.5)
    assert (np.diff(row[: 10 * ratio]) >= 0).all()


async def test_the_first_id_wins_on_equal_names(tmp_path: Path, icons: Path) -> None:
    other = tmp_path / "other"
    write(other, "bear", SQUARE.format(20, "#00ff00"))
    write(other, "wolf", SQUARE.format(10, "#00ff00"))
    sprites = Sprites({"icons": icons, "other": other})
    index, picture = await sheet(sprites, "icons", "other")
    assert sorted(index) == ["bear", "sub/dot", "wolf"]
    assert (cut(picture, index["bear"]) == [255, 0, 0, 255]).all()
    index, picture = await sheet(sprites, "other", "icons")
    assert (cut(picture, index["bear"]) == [0, 255, 0, 255]).all()


async def test_no_two_drawings_overlap_and_equal_files_give_equal_bytes(
    tmp_path: Path,
) -> None:
    for number in range(60):
        write(tmp_path, f"n{number}", SQUARE.format(5 + 7 * number % 40, "#123456"))
    index, picture = await sheet(Sprites({"a": tmp_path}), "a")
    used = np.zeros(picture.shape[:2], int)
    for entry in index.values():
        cut(used, entry)[...] += 1
    assert used.max() == 1
    assert len(index) == 60
    again = Sprites({"a": tmp_path})
    assert await again.png(("a",), sdf=False, ratio=1) == await Sprites(
        {"a": tmp_path}
    ).png(("a",), sdf=False, ratio=1)


async def test_black_drawings_and_distance_fields_are_small_pictures(
    tmp_path: Path,
) -> None:
    """Colour would only repeat that it is black: one byte per pixel is enough."""
    write(tmp_path, "black", SQUARE.format(9, "#000000"))
    sprites = Sprites({"black": tmp_path})
    png = await sprites.png(("black",), sdf=True, ratio=1)
    assert Image.open(io.BytesIO(png)).mode == "P"
    _index, picture = await sheet(sprites, "black", sdf=True)
    assert not picture[..., :3].any()
    assert picture[..., 3].max() == 255
    _index, picture = await sheet(sprites, "black")
    assert (picture == [0, 0, 0, 255]).all()


async def test_an_unknown_sprite_is_not_found(icons: Path) -> None:
    with pytest.raises(AssetError) as problem:
        await Sprites({"icons": icons}).json(("icons", "nosuch"), sdf=False, ratio=1)
    assert (problem.value.status, problem.value.text) == (
        404,
        "Sprite nosuch not found",
    )


async def test_more_than_128_sprites_are_refused(icons: Path) -> None:
    ids = tuple(f"s{number}" for number in range(129))
    with pytest.raises(AssetError) as problem:
        await Sprites({"icons": icons}).png(ids, sdf=False, ratio=1)
    assert problem.value.status == 400


BROKEN = {
    "text": "this is no drawing",
    "empty": "",
    "cut": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="',
    "html": "<html><body/></html>",
    "sizeless": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "zero": '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="4"/>',
    # resvg would ask for 40 GB and end the process
    "giant": SQUARE.format(100_000, "#ff0000"),
    "laughs": '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">&b;</svg>',
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_drawing_is_left_out_and_named_once(
    name: str, icons: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(icons, name, BROKEN[name])
    sprites = Sprites({"icons": icons})
    with caplog.at_level(logging.WARNING):
        assert name not in sprites.catalogue()["icons"]["images"]
        index, _picture = await sheet(sprites, "icons")
    assert sorted(index) == ["bear", "sub/dot"]
    assert list(sprites.broken) == [f"icons/{name}"]
    assert str(icons) not in sprites.broken[f"icons/{name}"]
    said = [r.getMessage() for r in caplog.records if f"icons/{name}" in r.getMessage()]
    assert len(said) == 1


async def test_bytes_that_are_no_text_are_broken(icons: Path) -> None:
    (icons / "latin.svg").write_bytes(b"<svg>\xff\xfe</svg>")
    sprites = Sprites({"icons": icons})
    sprites.catalogue()
    assert sprites.broken == {"icons/latin": "no UTF-8 text"}


async def test_a_changed_file_changes_the_sprite(
    icons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    force_look(monkeypatch)
    sprites = Sprites({"icons": icons})
    await sheet(sprites, "icons")
    path = write(icons, "bear", SQUARE.format(24, "#00ff00"))
    os.utime(path, ns=(1, 1))  # also when the clock of the copy is old
    (icons / "sub" / "dot.svg").unlink()
    index, picture = await sheet(sprites, "icons")
    assert list(index) == ["bear"]
    assert (cut(picture, index["bear"]) == [0, 255, 0, 255]).all()


async def test_unchanged_files_are_read_once_and_drawn_once(
    icons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    force_look(monkeypatch)
    sprites = Sprites({"icons": icons})
    built: list[int] = []
    real = sprites.__class__._sheet.__globals__["build"]

    def counted(*args: Any, **named: Any) -> Any:
        built.append(1)
        return real(*args, **named)

    monkeypatch.setattr("tiles.assets.sprites.build", counted)
    asked = [sprites.png(("icons",), sdf=True, ratio=2) for _ in range(10)]
    asked.append(sprites.json(("icons", "icons"), sdf=True, ratio=2))
    answers = await asyncio.gather(*asked)
    assert len(set(answers[:10])) == 1
    assert len(built) == 1


def test_files_are_looked_at_once_a_second_at_most() -> None:
    seen: list[int] = []
    look = Look(lambda: seen.append(1))
    for _ in range(100):
        look.now()
    assert len(seen) == 1


async def test_generated_drawings_are_a_sprite_like_any_other(icons: Path) -> None:
    calls: list[int] = []

    def drawings() -> dict[str, str]:
        calls.append(1)
        return {"anchor": SQUARE.format(12, "currentColor"), "bad": "<svg"}

    sprites = Sprites({"icons": icons}, {"own": drawings})
    assert sprites.catalogue()["own"] == {"images": ["anchor"]}
    index, picture = await sheet(sprites, "own")
    assert (cut(picture, index["anchor"]) == [0, 0, 0, 255]).all()
    assert "own/bad" in sprites.broken
    assert calls == [1]


async def test_folders_in_a_folder_are_sprites_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    force_look(monkeypatch)
    sprites = Sprites(subfolders(tmp_path / "sprites"))
    assert sprites.catalogue() == {}
    write(tmp_path / "sprites" / "roads", "a1", SQUARE.format(9, "#000000"))
    assert sprites.catalogue() == {"roads": {"images": ["a1"]}}


async def test_a_sprite_without_images_is_a_picture_all_the_same(
    tmp_path: Path,
) -> None:
    index, picture = await sheet(Sprites({"none": tmp_path}), "none")
    assert index == {}
    assert picture.shape == (1, 1, 4)
