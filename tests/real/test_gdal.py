"""A reader that is not ours: GDAL opens the sources by their TileJSON.

Tools over GDAL (ogr2ogr, geopandas) read vector tiles this way. GDAL comes inside the
pyogrio wheel; ``docs/qgis.md`` has the same with ``ogrinfo``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pyogrio
import pytest

from tests.e2e.conftest import Instance, instance, manage  # noqa: F401  (a fixture)

NEEDED = {"MVT", "HTTP"}
ZOOM = 8
# GDAL asks for every tile of the bounds: few enough of a source that has the world.
WORLD_ZOOM = 2
WORLD_DEGREES = 60
MERCATOR_M = 20_037_508.35

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not NEEDED.issubset(pyogrio.list_drivers()),
        reason="this GDAL was built without MVT or HTTP",
    ),
]


@pytest.fixture(scope="module")
def client(instance: Instance) -> Iterator[httpx.Client]:  # noqa: F811
    """Asks with a key that sees everything; GDAL gets the same header."""
    key = os.environ.get("IOC_E2E_KEY") or _new_key(instance)
    header = f"Bearer {key}"
    pyogrio.set_gdal_config_options({"GDAL_HTTP_HEADERS": f"Authorization: {header}"})
    with httpx.Client(
        base_url=instance.url, headers={"Authorization": header}, timeout=20
    ) as found:
        yield found
    pyogrio.set_gdal_config_options({"GDAL_HTTP_HEADERS": None})


def _new_key(where: Instance) -> str:
    if not where.env:
        pytest.skip("IOC_E2E_URL is given without IOC_E2E_KEY")
    made = manage(where.env, "apikey", "create", "--user", where.user, "--name", "gdal")
    return made.strip()


def zoom_of(tilejson: dict[str, Any]) -> int:
    west, _south, east, _north = tilejson.get("bounds", (-180, -85, 180, 85))
    wanted = WORLD_ZOOM if east - west > WORLD_DEGREES else ZOOM
    return int(min(max(wanted, tilejson["minzoom"]), tilejson["maxzoom"]))


def read(client: httpx.Client, source: str, layer: str, zoom: int) -> Any:
    """A vector layer of a source as GDAL sees it; EPSG:3857."""
    address = str(client.base_url.join(f"/tiles/{source}"))
    return pyogrio.read_dataframe(
        f"MVT:{address}/{zoom}",
        layer=layer,
        METADATA_FILE=address,
        TILE_EXTENSION="",
    )


def titles(client: httpx.Client, source: str) -> set[str]:
    """Titles of the things of a layer that are somewhere; none of other sources."""
    answer = client.get(
        f"/api/v1/layers/{source}/features", params={"limit": str(10_000)}
    )
    if answer.status_code == 404:
        return set()
    return {
        feature["properties"]["title"]
        for feature in answer.json()["features"]
        if feature["geometry"]
    }


def test_gdal_reads_every_source_of_the_catalogue(client: httpx.Client) -> None:
    filled = 0
    for source in client.get("/tiles/catalog").json()["tiles"]:
        tilejson = client.get(f"/tiles/{source}").json()
        expected = titles(client, source)
        for described in tilejson.get("vector_layers", []):
            name = described["id"]
            found = read(client, source, name, zoom_of(tilejson))
            columns = set(found.columns) - {"geometry", "mvt_id"}
            assert columns == set(described["fields"]), f"{source}: {name}"
            assert found.crs.to_epsg() == 3857
            inside = found.cx[-MERCATOR_M:MERCATOR_M, -MERCATOR_M:MERCATOR_M]
            assert len(inside) == len(found), f"{source}: {name}"
            assert found.is_valid.all(), f"{source}: {name}"
            if expected and name == source:
                filled += 1
                assert len(found), f"{source} has rows, GDAL sees none"
                # a cluster of several things has no title
                assert set(found["title"].dropna()) <= expected, source
    assert filled >= 8


def test_without_a_key_gdal_sees_the_public_ground_and_nothing_else(
    client: httpx.Client,
) -> None:
    every = client.get("/tiles/catalog").json()["tiles"].keys()
    public = httpx.get(client.base_url.join("/tiles/catalog")).json()["tiles"].keys()
    assert public
    assert every - public
    kept = pyogrio.get_gdal_config_option("GDAL_HTTP_HEADERS")
    pyogrio.set_gdal_config_options({"GDAL_HTTP_HEADERS": None})
    try:
        for source in every - public:
            with pytest.raises(pyogrio.errors.DataSourceError):
                # another zoom than above: GDAL keeps what it once got
                read(client, source, source, ZOOM + 1)
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_HEADERS": kept})
