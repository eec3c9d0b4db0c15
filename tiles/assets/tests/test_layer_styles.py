"""Styles of the layers: complete, valid, and only for who may see the layer."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from layers.core import catalog
from layers.core.scope import NOBODY, Grant, everything
from layers.core.spec import registry
from layers.core.units import ROLE as UNITS_ROLE
from tiles.assets import AssetError
from tiles.assets.ground import GROUND, turned
from tiles.assets.layer_styles import layer_styles
from tiles.assets.styles import Styles

ROOT = Path(__file__).parents[3]
PALETTE = ROOT / "gis_ioc/static/ioc/js/map/palette.js"
SPECIFICATION = "node_modules/@maplibre/maplibre-gl-style-spec/dist/index.mjs"
BASE = "https://maps.example/tiles"
SLUGS = list(registry)
BOTH = ["", "-light"]


@pytest.fixture
def styles() -> Styles:
    return Styles(None, layer_styles())


async def all_styles(styles: Styles, grant: Grant) -> dict[str, dict[str, Any]]:
    return {
        name: await styles.document(name, grant, BASE)
        for name in styles.catalogue(grant)
    }


async def test_every_layer_has_a_style_in_both_themes(styles: Styles) -> None:
    found = await all_styles(styles, everything())
    assert sorted(found) == sorted(
        name + ending for name in ["ioc", *SLUGS] for ending in BOTH
    )
    for slug in SLUGS:
        own = {entry["id"] for entry in catalog.style(registry[slug])["layers"]}
        for ending in BOTH:
            drawn = {part["id"] for part in found[slug + ending]["layers"]}
            assert own < drawn


async def test_every_style_passes_the_validation_of_maplibre(styles: Styles) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    script = (
        f"import {{ validateStyleMin }} from {str(ROOT / SPECIFICATION)!r};"
        "let text = ''; for await (const part of process.stdin) text += part;"
        "const found = {};"
        "for (const [name, style] of Object.entries(JSON.parse(text)))"
        " found[name] = validateStyleMin(style).map((e) => e.message);"
        "console.log(JSON.stringify(found));"
    )
    found = await all_styles(styles, everything())
    found["wrong"] = {"version": 8, "sources": {}, "layers": [{"id": "x"}]}
    done = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=orjson.dumps(found),
        capture_output=True,
        check=True,
    )
    errors = orjson.loads(done.stdout)
    assert errors.pop("wrong")  # the validator does say something
    assert {name: said for name, said in errors.items() if said} == {}


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_style_is_not_there_without_the_right_to_its_layer(
    styles: Styles, slug: str
) -> None:
    others = Grant(user_id=1, layers=frozenset(SLUGS) - {slug}, units=None)
    assert slug not in styles.catalogue(others)
    for ending in BOTH:
        with pytest.raises(AssetError) as problem:
            await styles.document(slug + ending, others, BASE)
        assert problem.value.status == 404
    together = await styles.document("ioc", others, BASE)
    assert slug not in together["sources"]
    assert all(part.get("source") != slug for part in together["layers"])
    assert len(together["sources"]) == len(SLUGS)  # the basemap and all others


def test_nobody_sees_no_style(styles: Styles) -> None:
    assert styles.catalogue(NOBODY) == {}


async def test_everything_named_lies_on_this_server(styles: Styles) -> None:
    for style in (await all_styles(styles, everything())).values():
        assert style["sprite"] == f"{BASE}/sdf_sprite/ioc"
        assert style["glyphs"] == BASE + "/font/{fontstack}/{range}"
        for name, source in style["sources"].items():
            assert source["url"] == f"{BASE}/{name}"
        for part in style["layers"]:
            layout = part.get("layout", {})
            assert ("text-field" in layout) == ("text-font" in layout), part["id"]


async def test_layers_hidden_in_the_console_are_hidden_in_the_style_of_all(
    styles: Styles,
) -> None:
    style = await styles.document("ioc", everything(), BASE)
    for part in style["layers"]:
        if part.get("source") in registry:
            hidden = part["layout"].get("visibility") == "none"
            assert hidden is not registry[part["source"]].visible
    for slug in SLUGS:
        alone = await styles.document(slug, everything(), BASE)
        assert all(
            part.get("layout", {}).get("visibility") != "none"
            for part in alone["layers"]
        )


async def test_areas_lie_under_lines_under_points_under_words(styles: Styles) -> None:
    style = await styles.document("ioc", everything(), BASE)
    kinds = {}
    for at, part in enumerate(style["layers"]):
        layer = registry.get(part.get("source", ""))
        if (
            layer
            and UNITS_ROLE not in layer.roles
            and "rank" not in part.get("metadata", {})
        ):
            kinds.setdefault(part["type"], []).append(at)
    order = [kind for kind in ("fill", "line", "circle", "symbol") if kind in kinds]
    assert len(order) > 1
    for under, over in pairwise(order):
        assert max(kinds[under]) < min(kinds[over])


async def test_a_layer_that_names_its_rank_lies_where_it_says(styles: Styles) -> None:
    style = await styles.document("ioc", everything(), BASE)
    ranks = [part.get("metadata", {}).get("rank") for part in style["layers"]]
    named = [rank for rank in ranks if rank is not None]
    assert named
    assert named == sorted(named)
    above_all = [rank for rank in named if rank > 5]  # words are 5
    assert ranks[-len(above_all) :] == above_all


def test_the_ground_has_the_colours_of_the_console() -> None:
    text = PALETTE.read_text(encoding="utf-8")
    for theme, colors in GROUND.items():
        block = re.search(rf"const {theme.upper()} = {{(.*?)}};", text, re.DOTALL)
        assert block is not None
        console = dict(re.findall(r'(\w+): "(#\w+)"', block[1]))
        assert {name: console.get(name) for name in colors} == colors


@pytest.mark.parametrize(
    ("dark", "light"),
    [
        ("#000000", "#ffffff"),
        ("#fff", "#000000"),
        ("#0d1218", "#e7ecf2"),
        ("red", "red"),
        (["get", "x"], ["get", "x"]),
    ],
)
def test_turning_a_colour_keeps_its_hue(dark: object, light: object) -> None:
    assert turned(dark) == light


async def test_words_are_turned_for_the_light_ground(styles: Styles) -> None:
    for slug in SLUGS:
        fragment = catalog.style(registry[slug])
        own = fragment.get("layers_light", {})
        style = await styles.document(f"{slug}-light", everything(), BASE)
        drawn = {part["id"]: part for part in style["layers"]}
        for entry in fragment["layers"]:
            color = entry.get("paint", {}).get("text-color")
            if isinstance(color, str):
                wanted = own.get(entry["id"], {}).get("text-color", turned(color))
                assert drawn[entry["id"]]["paint"]["text-color"] == wanted
