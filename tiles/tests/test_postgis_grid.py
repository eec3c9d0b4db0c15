"""Many points of a table at low zooms: cells with a count, worst and dominant."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from asgiref.sync import sync_to_async

from layers.core.mercator import HALF_M, from_lonlat, tile_size_m
from layers.core.spec import GridSpec, TileSpec, registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles.tests.service import address, cookie, decode, rights, running

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"


def _vessels(count: int) -> list[dict[str, object]]:
    """Boats around the bay; some alone, most together, of three kinds."""
    chance = random.Random(11)
    kinds = ["cargo", "fishing", "tanker", None]
    return [
        {
            "id": number,
            "kind": chance.choice(kinds),
            "crew": chance.randrange(5),
            "lon": BAY[0] + chance.choice([0.0, chance.uniform(-0.4, 0.4)]),
            "lat": BAY[1] + chance.choice([0.0, chance.uniform(-0.3, 0.3)]),
            "speed_kn": number % 10,
        }
        for number in range(1, count + 1)
    ]


async def test_where_points_are_too_many_their_cells_are_counted(
    boats: Boats,  # noqa: F811
) -> None:
    grid = GridSpec(
        maxzoom=8, cells=16, threshold=50, worst="crew", ranks=(0, 1, 2, 3, 4),
        dominant="kind",
    )  # fmt: skip
    spec = TileSpec(kind="table", minzoom=2, maxzoom=16, grid=grid)
    sent = _vessels(400)
    with registry.override(layer("table", tile=spec)) as known:
        await sync_to_async(Boats(known).put)(*sent)
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            tile = decode((await client.get(TILE)).content)
            chosen = {
                "filter": "speed_kn < 3 AND kind = 'cargo'",
                "filter-lang": "cql2-text",
            }
            narrowed = decode((await client.get(TILE, params=chosen)).content)
            few = decode((await client.get(TILE, params={"limit": "60"})).content)
            document = (await client.get(f"/tiles/{SLUG}")).json()
    z, column, row = map(int, address(*BAY, 8).split("/"))
    expected = _counted(sent, z, column, row, 16)
    cells = tile[f"{SLUG}_grid"]["features"]
    alone = tile[SLUG]["features"]
    found = {
        tuple(place // 256 for place in cell["geometry"]["coordinates"]): cell
        for cell in cells
    }
    summaries = {where: cell["properties"] for where, cell in found.items()}
    assert summaries == {at: value for at, (value, _) in expected.items() if value}
    assert {f["id"] for f in alone} == {one for _, one in expected.values() if one}
    assert not any(f.get("id") for f in cells)
    assert all(f["properties"]["title"] == f"Boat {f['id']}" for f in alone)
    assert set(narrowed) == {SLUG}  # few enough to be themselves
    assert len(few[SLUG]["features"]) == 60
    layers = {entry["id"]: entry["fields"] for entry in document["vector_layers"]}
    assert layers[f"{SLUG}_grid"] == {"count": "int8", "crew": "int8", "kind": "text"}


def _counted(
    sent: list[dict[str, Any]], z: int, column: int, row: int, cells: int
) -> dict[tuple[int, int], tuple[dict[str, Any] | None, int | None]]:
    """Per cell its count, worst and dominant value, or the id of its only boat."""
    size = tile_size_m(z)
    within: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for boat in sent:
        x, y = from_lonlat(boat["lon"], boat["lat"])
        across = ((x + HALF_M) / size - column) * cells
        down = ((HALF_M - y) / size - row) * cells
        if 0 <= across < cells and 0 <= down < cells:
            within.setdefault((int(across), int(down)), []).append(boat)
    found: dict[tuple[int, int], tuple[dict[str, Any] | None, int | None]] = {}
    for cell, members in within.items():
        if len(members) == 1:
            found[cell] = (None, members[0]["id"])
            continue
        kinds = Counter(b["kind"] for b in members if b["kind"])
        summary = {"count": len(members), "crew": max(b["crew"] for b in members)}
        if kinds:
            summary["kind"] = min(kinds, key=lambda kind: (-kinds[kind], kind))
        found[cell] = (summary, None)
    return found
