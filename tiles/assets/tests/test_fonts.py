"""Glyph ranges of real fonts, decoded with Google's protobuf."""

from __future__ import annotations

import asyncio
import shutil
from math import ceil
from pathlib import Path
from typing import Any

import freetype
import numpy as np
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tiles.assets import AssetError, fonts
from tiles.assets.fonts import Fonts

ROOT = Path(__file__).parents[3]
FILES = ROOT / "node_modules/@fontsource/be-vietnam-pro/files"
REGULAR = "Be Vietnam Pro Regular"
LATIN = "be-vietnam-pro-latin-400-normal.woff"
VIETNAMESE = "be-vietnam-pro-vietnamese-400-normal.woff"
# Letters of the province's names: i with dot below, o with horn, u with horn ...
LETTERS = "Th\u1ecb x\u00e3 S\u01a1n Qu\u1ea3ng X\u01b0\u01a1ng \u1eb5 \u1ed9 \u1eef"


def message_class() -> Any:
    """``glyphs`` of Mapbox's glyphs.proto, as its published definition says."""
    file = descriptor_pb2.FileDescriptorProto(name="glyphs.proto", package="llmr")

    def message(name: str, *fields: tuple[str, int, str, str]) -> None:
        made = file.message_type.add(name=name)
        for title, number, label, kind in fields:
            entry = made.field.add(name=title, number=number)
            entry.label = getattr(entry, f"LABEL_{label.upper()}")
            if kind.startswith("."):
                entry.type, entry.type_name = entry.TYPE_MESSAGE, kind
            else:
                entry.type = getattr(entry, f"TYPE_{kind.upper()}")

    message(
        "glyph",
        ("id", 1, "required", "uint32"),
        ("bitmap", 2, "optional", "bytes"),
        ("width", 3, "required", "uint32"),
        ("height", 4, "required", "uint32"),
        ("left", 5, "required", "sint32"),
        ("top", 6, "required", "sint32"),
        ("advance", 7, "required", "uint32"),
    )
    message(
        "fontstack",
        ("name", 1, "required", "string"),
        ("range", 2, "required", "string"),
        ("glyphs", 3, "repeated", ".llmr.glyph"),
    )
    message("glyphs", ("stacks", 1, "repeated", ".llmr.fontstack"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("llmr.glyphs"))


Glyphs = message_class()


def decoded(body: bytes) -> Any:
    (stack,) = Glyphs.FromString(body).stacks
    return stack


async def glyphs_of(held: Fonts, names: tuple[str, ...], start: int) -> dict[int, Any]:
    stack = decoded(await held.glyphs(names, start, start + 255))
    return {glyph.id: glyph for glyph in stack.glyphs}


@pytest.fixture(scope="module")
def held() -> Fonts:
    return Fonts([FILES])


def field_of(glyph: Any) -> np.ndarray:
    field = np.frombuffer(glyph.bitmap, np.uint8)
    return field.reshape(glyph.height + 6, glyph.width + 6)


def test_subsets_of_one_weight_and_style_are_one_font(held: Fonts) -> None:
    entry = held.catalogue()[REGULAR]
    assert entry["family"] == "Be Vietnam Pro"
    assert entry["style"] == "Regular"
    assert entry["format"] == "woff"
    parts = [
        len(list(freetype.Face(str(path)).get_chars()))
        for path in FILES.glob("*-400-normal.woff")
    ]
    assert max(parts) < entry["glyphs"] <= sum(parts)
    assert 0 < entry["start"] <= 0x20
    assert entry["end"] > 0x20AB  # the sign of the currency


async def test_every_letter_of_the_provinces_names_has_a_glyph(held: Fonts) -> None:
    for letter in LETTERS:
        code = ord(letter)
        found = await glyphs_of(held, (REGULAR,), code - code % 256)
        assert code in found, letter
        assert found[code].advance > 0
        if letter != " ":
            assert field_of(found[code]).max() > 192


async def test_a_stack_says_its_name_and_range(held: Fonts) -> None:
    names = (REGULAR, "Be Vietnam Pro Bold")
    stack = decoded(await held.glyphs(names, 256, 511))
    assert stack.name == "Be Vietnam Pro Regular, Be Vietnam Pro Bold"
    assert stack.range == "256-511"
    assert [g.id for g in stack.glyphs] == sorted({g.id for g in stack.glyphs})


@pytest.mark.parametrize("letter", "Agj.\u00c2@")
async def test_metrics_are_those_of_freetype_at_24_px(held: Fonts, letter: str) -> None:
    face = freetype.Face(str(FILES / LATIN))
    face.set_char_size(0, 24 * 64)
    face.load_char(letter, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_RENDER)
    bitmap = face.glyph.bitmap
    found = (await glyphs_of(held, (REGULAR,), 0))[ord(letter)]
    assert (found.width, found.height) == (bitmap.width, bitmap.rows)
    assert found.left == face.glyph.bitmap_left
    assert found.top == face.glyph.bitmap_top - (face.size.ascender >> 6)
    assert found.advance == pytest.approx(
        face.glyph.linearHoriAdvance / 65536, abs=0.51
    )
    assert len(found.bitmap) == (bitmap.width + 6) * (bitmap.rows + 6)


@pytest.mark.parametrize("letter", "AeS&")
async def test_the_field_is_192_where_the_outline_is(held: Fonts, letter: str) -> None:
    """More than half covered pixels are inside, by FreeType's own coverage."""
    face = freetype.Face(str(FILES / LATIN))
    face.set_char_size(0, 24 * 64)
    face.load_char(letter, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_RENDER)
    image = face.glyph.bitmap
    covered = np.array(image.buffer, np.uint8).reshape(image.rows, image.pitch)
    covered = covered[:, : image.width].astype(int)
    found = (await glyphs_of(held, (REGULAR,), 0))[ord(letter)]
    inner = field_of(found)[3:-3, 3:-3].astype(int)
    assert (inner[covered == 255] >= 191).all()
    assert (inner[covered == 0] <= 192).all()
    clear = (covered < 64) | (covered > 191)
    assert ((inner > 191) == (covered > 127))[clear].all()


async def test_a_stroke_has_its_exact_distance_from_the_middle(held: Fonts) -> None:
    """The upright of l: the middle of a row tells half the width of the stroke."""
    face = freetype.Face(str(FILES / LATIN))
    face.load_char("l", freetype.FT_LOAD_NO_SCALE)
    points = [x for x, _y in face.glyph.outline.points]
    half_px = (max(points) - min(points)) / 2 * 24 / face.units_per_EM
    found = (await glyphs_of(held, (REGULAR,), 0))[ord("l")]
    left_px = min(points) * 24 / face.units_per_EM - found.left
    row = field_of(found)[found.height // 2 + 3].astype(float)
    centres = np.arange(len(row)) - 3 + 0.5
    away = np.abs(centres - left_px - half_px) - half_px
    expected = np.clip(255 - 255 * (away / 8 + 0.25), 0, 255)
    assert np.abs(row - expected).max() < 3  # a tenth of a pixel


async def test_a_blank_has_an_advance_and_no_picture(held: Fonts) -> None:
    blank = (await glyphs_of(held, (REGULAR,), 0))[0x20]
    assert (blank.width, blank.height, blank.bitmap) == (0, 0, b"")
    assert blank.advance > 3


async def test_a_range_without_glyphs_is_empty(held: Fonts) -> None:
    stack = decoded(await held.glyphs((REGULAR,), 0x4E00, 0x4EFF))
    assert len(stack.glyphs) == 0


async def test_the_first_font_that_has_a_glyph_gives_it(tmp_path: Path) -> None:
    latin, both = tmp_path / "latin", tmp_path / "both"
    latin.mkdir()
    both.mkdir()
    shutil.copy(FILES / LATIN, latin)
    bold = "be-vietnam-pro-{}-700-normal.woff"
    for subset in ("latin", "vietnamese"):
        shutil.copy(FILES / bold.format(subset), both)
    held = Fonts([latin, both])
    assert 0x1EA1 not in await glyphs_of(held, (REGULAR,), 0x1E00)
    names = (REGULAR, "Be Vietnam Pro Bold")
    heavy = await glyphs_of(held, ("Be Vietnam Pro Bold",), 0x1E00)
    mixed = await glyphs_of(held, names, 0x1E00)
    assert mixed[0x1EA1] == heavy[0x1EA1]
    plain = await glyphs_of(held, (REGULAR,), 0)
    assert (await glyphs_of(held, names, 0))[0x41] == plain[0x41]
    heavy = await glyphs_of(held, ("Be Vietnam Pro Bold",), 0)
    assert (await glyphs_of(held, names, 0))[0x41] != heavy[0x41]


async def test_a_stack_stands_on_the_base_line_of_its_first_font() -> None:
    """Fonts with other ascenders must not make letters jump within a word."""
    system = Path("/usr/share/fonts/truetype/dejavu")
    if not system.is_dir():
        pytest.skip("no second family on this machine")
    held = Fonts([FILES, system])
    (other,) = [n for n in held.catalogue() if n in ("DejaVu Sans Book", "DejaVu Sans")]
    face = freetype.Face(str(FILES / LATIN))
    own_ascender = ceil(face.ascender * 24 / face.units_per_EM)
    alone = (await glyphs_of(held, (other,), 0x400))[0x416]
    mixed = (await glyphs_of(held, (REGULAR, other), 0x400))[0x416]
    assert alone.bitmap == mixed.bitmap
    face = freetype.Face(str(next(system.glob("DejaVuSans.ttf"))))
    other_ascender = ceil(face.ascender * 24 / face.units_per_EM)
    assert mixed.top + own_ascender == alone.top + other_ascender
    assert own_ascender != other_ascender


async def test_the_word_regular_may_be_left_out(held: Fonts) -> None:
    full = await held.glyphs(("Be Vietnam Pro SemiBold Regular",), 0, 255)
    short = await held.glyphs(("Be Vietnam Pro SemiBold",), 0, 255)
    assert decoded(full).glyphs == decoded(short).glyphs


@pytest.mark.parametrize(
    ("start", "end"),
    [(1, 256), (0, 254), (0, 511), (256, 255), (0x10FF00, 0x1100FF), (-256, -1)],
)
async def test_a_range_off_the_grid_is_refused(
    held: Fonts, start: int, end: int
) -> None:
    with pytest.raises(AssetError) as problem:
        await held.glyphs((REGULAR,), start, end)
    assert problem.value.status == 400


async def test_the_last_range_is_served(held: Fonts) -> None:
    stack = decoded(await held.glyphs((REGULAR,), 65280, 65535))
    assert stack.range == "65280-65535"


@pytest.mark.parametrize("names", [("No Such",), (REGULAR, "No Such")])
async def test_an_unknown_font_is_not_found(
    held: Fonts, names: tuple[str, ...]
) -> None:
    with pytest.raises(AssetError) as problem:
        await held.glyphs(names, 0, 255)
    assert (problem.value.status, problem.value.text) == (404, "Font No Such not found")


async def test_files_that_are_no_fonts_are_listed_as_broken(tmp_path: Path) -> None:
    shutil.copy(FILES / LATIN, tmp_path / "good.woff")
    (tmp_path / "bad.ttf").write_bytes(b"\0\1\0\0 and nothing more")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "cut.otf").write_bytes((FILES / LATIN).read_bytes()[:900])
    shutil.copy(FILES / LATIN.replace(".woff", ".woff2"), tmp_path / "only.woff2")
    shutil.copy(FILES / LATIN.replace(".woff", ".woff2"), tmp_path / "good.woff2")
    held = Fonts([tmp_path, tmp_path / "absent"])
    assert list(held.catalogue()) == [REGULAR]
    assert sorted(held.broken) == ["bad.ttf", "only.woff2", "sub/cut.otf"]
    assert "TTF, OTF or WOFF" in held.broken["only.woff2"]


async def test_a_font_that_comes_or_goes_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiles.assets.folders.EVERY_S", 0.0)
    shutil.copy(FILES / LATIN, tmp_path)
    held = Fonts([tmp_path])
    assert 0x1EA1 not in await glyphs_of(held, (REGULAR,), 0x1E00)
    shutil.copy(FILES / VIETNAMESE, tmp_path)
    assert 0x1EA1 in await glyphs_of(held, (REGULAR,), 0x1E00)
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(AssetError):
        await held.glyphs((REGULAR,), 0x1E00, 0x1EFF)


async def test_equal_requests_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    real = fonts.draw

    def counted(*args: Any) -> bytes:
        drawn.append(args)
        return real(*args)

    monkeypatch.setattr("tiles.assets.fonts.draw", counted)
    held = Fonts([FILES])
    asked = [held.glyphs((REGULAR,), 256, 511) for _ in range(10)]
    assert len(set(await asyncio.gather(*asked))) == 1
    await held.glyphs((REGULAR, REGULAR), 256, 511)
    await held.glyphs((REGULAR, "Be Vietnam Pro Bold"), 256, 511)
    assert len(drawn) <= 2  # the second font only for what the first has not
    assert sum(args[0][0].style == "Regular" for args in drawn) == 1


async def test_what_is_kept_is_bounded() -> None:
    limit = 200_000
    held = Fonts([FILES], limit)
    for start in range(0, 8192, 256):
        await held.glyphs((REGULAR,), start, start + 255)
    assert held._cache.used <= limit
