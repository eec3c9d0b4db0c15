"""MapLibre tiles, where the encoder is installed."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from asgiref.sync import sync_to_async

from layers.core.spec import registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles import mlt
from tiles.sources import MVT
from tiles.tests.service import address, cookie, rights, running

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"
ASKED = {"accept": mlt.MLT, "accept-encoding": "gzip"}


async def test_without_the_encoder_the_type_that_there_is_is_named(
    boats: Boats,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mlt, "_encoder", None)
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        answer = await client.get(TILE, headers=ASKED)
        both = await client.get(TILE, headers={"accept": f"{mlt.MLT}, {MVT}"})
    assert answer.status_code == 406
    assert MVT in answer.text
    assert both.status_code == 204


async def test_mlt_holds_what_mvt_holds(boats: Boats) -> None:  # noqa: F811
    maplibre_tiles = pytest.importorskip("maplibre_tiles")
    rows: list[dict[str, Any]] = [
        {"id": n, "speed_kn": None if n % 3 else n / 4, "title": f"Thuyền {n} 🚢"}
        for n in range(1, 40)
    ]
    await sync_to_async(boats.put)(*rows)
    with registry.override(layer("table")):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            plain = await client.get(TILE)
            first = await client.get(TILE, headers=ASKED)
            again = await client.get(
                TILE, headers={**ASKED, "if-none-match": first.headers["etag"]}
            )
            empty = await client.get(f"/tiles/{SLUG}/8/0/0", headers=ASKED)
    assert first.headers["content-type"] == mlt.MLT
    assert "content-encoding" not in first.headers
    assert first.headers["etag"].endswith('+mlt"')
    assert (again.status_code, empty.status_code) == (304, 204)
    (decoded,) = maplibre_tiles.decode_mlt(first.content)
    options = {"y_coord_down": True}
    expected = mapbox_vector_tile.decode(plain.content, default_options=options)[SLUG]
    assert decoded.name == SLUG
    assert len(decoded.features) == len(expected["features"]) == 39
    for ours, theirs in zip(expected["features"], decoded.features, strict=True):
        assert theirs.id == ours["id"]
        known = {k: v for k, v in theirs.properties.items() if v is not None}
        assert known == pytest.approx(ours["properties"])
        shape = shapely.geometry.shape(ours["geometry"])
        assert shapely.from_wkb(bytes(theirs.wkb)).equals(shape)
