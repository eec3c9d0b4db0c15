"""Sidecars of files: what a file is called, and who sees which of its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapely import Point

from layers.core.scope import NOBODY, Grant
from tiles.sources import TileRequest
from tiles.sources.files.sidecar import merge_patch
from tiles.tests.files import (
    ALL,
    HERE,
    SQUARE,
    geojson,
    layers,
    rows,
    sidecar,
    signed_in,
    watched,
)


async def test_the_sidecar_patches_the_description(tmp_path: Path) -> None:
    geojson(tmp_path / "a.geojson", (SQUARE, {"n": 1}))
    sidecar(
        tmp_path / "a.json",
        name="Plan 2030",
        attribution="Department of Construction",
        maxzoom=18,
        bounds=None,
        legend={"colour": "red"},
        ioc={"shared": True},
    )
    source = (await watched(tmp_path)).sources["a"]
    document = await source.tilejson(ALL)
    assert document["name"] == "Plan 2030"
    assert document["legend"] == {"colour": "red"}
    assert document["maxzoom"] == source.maxzoom == 18
    assert "bounds" not in document
    assert "ioc" not in document
    assert source.entry()["attribution"] == "Department of Construction"


def test_merging_follows_rfc_7386() -> None:
    target = {"a": {"b": 1, "c": [1]}, "d": 1}
    assert merge_patch(target, {"a": {"b": None, "c": [2]}, "e": {"f": None}}) == {
        "a": {"c": [2]},
        "d": 1,
        "e": {},
    }
    assert target == {"a": {"b": 1, "c": [1]}, "d": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"[]",
        b'{"ioc": {"pubilc": true}}',
        b'{"ioc": {"public": "yes"}}',
        b'{"ioc": {"public": true, "unit_column": "unit"}}',
        b'{"ioc": {"unit_column": "absent"}}',
        b'{"ioc": {"unit_column": "name"}}',
        b'{"minzoom": 9, "maxzoom": 3}',
        b'{"maxzoom": 99}',
        b'{"features": []}',
    ],
)
async def test_a_slip_in_the_sidecar_opens_nothing(
    tmp_path: Path, content: bytes
) -> None:
    geojson(tmp_path / "a.geojson", (SQUARE, {"unit": 1, "name": "x"}))
    (tmp_path / "a.json").write_bytes(content)
    folder = await watched(tmp_path)
    assert not folder.sources
    assert folder.broken["a"].startswith("a.geojson: ")


WHOLE = Grant(user_id=1, units=None, beyond="everything")


@pytest.mark.parametrize(
    ("said", "nobody", "of_a_unit"),
    [
        ({}, False, False),
        ({"shared": True}, False, True),
        ({"public": True}, True, True),
        ({"unit_column": "unit"}, False, True),
    ],
)
async def test_who_may_know_a_file(
    tmp_path: Path, said: dict[str, Any], nobody: bool, of_a_unit: bool
) -> None:
    geojson(tmp_path / "a.geojson", (SQUARE, {"unit": 1}))
    sidecar(tmp_path / "a.json", ioc=said)
    source = (await watched(tmp_path)).sources["a"]
    assert source.visible(NOBODY) == nobody
    assert source.public == bool(said.get("public"))
    assert source.visible(signed_in(1)) == of_a_unit
    assert source.visible(WHOLE)
    assert source.visible(ALL)


@pytest.mark.parametrize("shapes", ["points", "areas"])
async def test_rows_of_other_units_are_not_in_the_tile(
    tmp_path: Path, shapes: str
) -> None:
    x, y = HERE
    spots = [Point(x + 0.01 * n, y) for n in range(5)]
    if shapes == "areas":
        spots = [spot.buffer(0.004) for spot in spots]
    units = [1, 2, 2, None, 3]
    geojson(
        tmp_path / "a.geojson",
        *[
            (spot, {"n": n, "unit": unit})
            for n, (spot, unit) in enumerate(zip(spots, units, strict=True))
        ],
    )
    sidecar(tmp_path / "a.json", ioc={"unit_column": "unit"})
    folder = await watched(tmp_path)
    source = folder.sources["a"]

    async def seen(grant: Grant) -> list[int]:
        layer = (await layers(folder, "a", 9, grant=grant)).get("a")
        return sorted(row["n"] for row in rows(layer)) if layer else []

    assert await seen(signed_in(2)) == [1, 2]
    assert await seen(signed_in(1, 3)) == [0, 4]
    assert await seen(signed_in(9)) == []
    assert await seen(NOBODY) == []
    assert await seen(WHOLE) == [0, 1, 2, 3, 4]
    keys = {
        source.key(TileRequest(9, 1, 1, grant))
        for grant in (signed_in(1), signed_in(2), WHOLE)
    }
    assert len(keys) == 3, "a cached tile must not reach another scope"
    west = (await source.tilejson(signed_in(2)))["bounds"][0]
    assert west > (await source.tilejson(WHOLE))["bounds"][0]
    assert "bounds" not in await source.tilejson(signed_in(9))


async def test_a_unit_column_that_disappears_hides_every_row(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", (SQUARE, {"unit": 1}))
    sidecar(tmp_path / "a.json", ioc={"unit_column": "unit"})
    folder = await watched(tmp_path)
    geojson(path, (SQUARE, {"other": 1}))  # read before the folder looks again
    assert await layers(folder, "a", grant=signed_in(1)) == {}
    await folder.refresh(frozenset())
    assert "no attribute unit" in folder.broken["a"]
