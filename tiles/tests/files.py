"""Folders of files for tests, and what is in the tiles that they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import orjson
import shapely

from layers.core.scope import Grant, everything
from tiles.sources import TileRequest
from tiles.sources.files.folder import WatchedFolder
from tiles.tests.service import address, decode

USER = 1_000_000_007
ALL = everything()
SQUARE = shapely.box(105.8, 19.7, 105.9, 19.8)
HERE = (105.85, 19.75)


def signed_in(*units: int) -> Grant:
    return Grant(user_id=USER, units=frozenset(units))


def frame(*geometries: shapely.Geometry, crs: Any = 4326, **columns: Any) -> Any:
    data = columns or {"name": [f"row {n}" for n in range(len(geometries))]}
    return geopandas.GeoDataFrame(data, geometry=list(geometries), crs=crs)


def geojson(path: Path, *features: tuple[Any, dict[str, Any]]) -> Path:
    """A file of (shapely geometry or None, properties)."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": orjson.loads(shapely.to_geojson(geometry) or "null"),
            }
            for geometry, properties in features
        ],
    }
    path.write_bytes(orjson.dumps(collection))
    return path


def sidecar(path: Path, **content: Any) -> None:
    """The file that says how another is shown."""
    path.write_bytes(orjson.dumps(content))


async def watched(path: Path, **options: Any) -> WatchedFolder:
    """The folder after its first look; files count as complete at once."""
    folder = WatchedFolder(path, **{"settled_s": 0, **options})
    await folder.refresh(frozenset())
    return folder


async def layers(
    folder: WatchedFolder,
    source_id: str,
    z: int = 10,
    place: tuple[float, float] = HERE,
    grant: Grant = ALL,
) -> dict[str, Any]:
    """The decoded tile at a place."""
    numbers = map(int, address(*place, z).split("/"))
    content = await folder.sources[source_id].tile(TileRequest(*numbers, grant))
    return decode(content) if content else {}


def rows(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in layer["features"]]
