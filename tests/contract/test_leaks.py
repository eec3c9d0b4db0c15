"""Nobody's tile holds a row of others: every layer, scope, encoding, fresh and kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from layers.core import queries, units
from layers.core.mercator import from_lonlat
from layers.core.queries import FeatureQuery
from layers.core.spec import Layer, registry
from tiles.cache import TileCache
from tiles.clock import covered
from tiles.tests.service import cookie, decode, rights, running

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("province"),
    pytest.mark.xdist_group("province"),
]

ENCODINGS = ("identity", "gzip", "br", "zstd")
ZOOMS = (5, 8, 10)
MOST_TILES = 12


def roots() -> dict[str, tuple[int, ...] | None]:
    """Scopes that overlap, that do not, and none at all."""
    tree = units.tree()
    districts = sorted(n.id for n in tree.nodes.values() if n.kind == "district")
    communes = sorted(n.id for n in tree.nodes.values() if n.kind == "commune")
    return {
        "everything": None,
        "one district": (districts[0],),
        "another district": (districts[1],),
        "a district and a commune": (districts[1], communes[-1]),
        "one commune": (communes[0],),
        "nothing": (),
    }


def paths(layer: Layer) -> Iterator[str]:
    """Tiles all over the province."""
    west, south, east, north = settings.IOC_HOME_BBOX
    (x0, y0), (x1, y1) = from_lonlat(west, south), from_lonlat(east, north)
    box = (float(x0), float(y0), float(x1), float(y1))
    for z in ZOOMS:
        if not layer.tile.minzoom <= z <= layer.tile.maxzoom:
            continue
        a, b, c, d = covered(z, box, 0)
        every = [(x, y) for x in range(a, c + 1) for y in range(b, d + 1)]
        for x, y in every[:: -(-len(every) // MOST_TILES)]:
            yield f"/tiles/{layer.slug}/{z}/{x}/{y}"


@lru_cache(maxsize=10_000)
def holds(tile: bytes, slug: str) -> tuple[frozenset[int], int]:
    """Ids of the features in a tile, and how many are counted in its cells."""
    ids: set[int] = set()
    counted = 0
    for name, found in decode(tile).items():
        for feature in found["features"]:
            if name == f"{slug}_grid":
                counted += feature["properties"]["count"]
            else:
                ids.add(feature["id"])
    return frozenset(ids), counted


def allowed_ids(layer: Layer, root: tuple[int, ...] | None) -> set[int]:
    grant = rights(layer.slug, roots=root).grant()
    found: set[int] = set()
    after = None
    while True:
        query = FeatureQuery(limit=queries.MAX_LIMIT, after=after, fields=())
        page = [row["id"] for row in queries.features(layer, grant, query)]
        found |= set(page)
        if len(page) < queries.MAX_LIMIT:
            return found
        after = page[-1]


async def look(
    client: httpx.AsyncClient, layer: Layer, path: str, allowed: set[int], who: str
) -> set[int]:
    """The ids that one caller gets in one tile, in every encoding, twice."""
    seen: set[int] = set()
    for encoding in ENCODINGS:
        for _again in range(2):
            answer = await client.get(path, headers={"accept-encoding": encoding})
            assert answer.status_code in (200, 204), (path, answer.text)
            if answer.status_code == 204:
                continue
            ids, counted = holds(answer.content, layer.slug)
            assert ids <= allowed, (who, path, encoding, sorted(ids - allowed)[:5])
            assert counted <= len(allowed), (who, path, encoding)
            seen |= ids
    return seen


@pytest.mark.parametrize("limit", [0, 64 * 1024 * 1024], ids=["uncached", "cached"])
@pytest.mark.parametrize("slug", list(registry))
async def test_no_tile_holds_a_row_outside_the_scope(slug: str, limit: int) -> None:
    layer = registry[slug]
    scopes: dict[str, Any] = await sync_to_async(roots)()
    seen: dict[str, set[int]] = {}
    async with running(cache=TileCache(limit)) as service:
        for who, root in scopes.items():
            allowed = await sync_to_async(allowed_ids)(layer, root)
            async with service.client(**cookie(rights(slug, roots=root))) as client:
                found = [
                    await look(client, layer, path, allowed, who)
                    for path in paths(layer)
                ]
            seen[who] = set().union(*found)
    assert seen["everything"], "nothing was looked at"
    if layer.scope.kind == "open":
        assert seen["nothing"] == seen["everything"]
    else:
        assert not seen["nothing"]
        assert seen["one district"] < seen["everything"]
