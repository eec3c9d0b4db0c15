"""What the settings make of the tile service: sources, assets, cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from layers.core.asyncdb import Pool
from layers.core.live_sync import LiveStore
from layers.core.watch import Watcher
from tiles.assets.all import Assets
from tiles.assets.folders import subfolders
from tiles.assets.fonts import Fonts
from tiles.assets.layer_styles import layer_styles
from tiles.assets.sprites import Sprites
from tiles.assets.styles import Styles
from tiles.cache import TileCache
from tiles.catalog import Catalog, basemap, layer_sources
from tiles.clock import Clocks
from tiles.gate import Gate
from tiles.shared import SharedTiles
from tiles.sources import Provider
from tiles.sources.files.folder import WatchedFolder
from tiles.sources.published import PublishedSchemas

from . import icons
from .env import BASE

OUR_FONT = BASE / "node_modules" / "@fontsource" / "be-vietnam-pro" / "files"


def catalog(pool: Pool, watcher: Watcher, store: LiveStore, clocks: Clocks) -> Catalog:
    """Basemap, layers, the schemas and the folder that the settings name."""
    gate = Gate(pool)
    providers: list[Provider] = [
        basemap(settings.PATHS["fixtures"]),
        layer_sources(gate, watcher, store, clocks),
        WatchedFolder(Path(settings.IOC_TILE_FILES)),
    ]
    if settings.IOC_TILE_SCHEMAS:
        providers.append(
            PublishedSchemas(pool, gate, settings.IOC_TILE_SCHEMAS, clocks=clocks)
        )
    return Catalog(providers)


def assets() -> Assets:
    """Our icons and letters and those of the site, a style per layer."""
    return Assets(
        sprites=Sprites(
            subfolders(_folder(settings.IOC_SPRITES)), {"ioc": icons.documents}
        ),
        fonts=Fonts([OUR_FONT, *map(Path, settings.IOC_FONTS)]),
        styles=Styles(_folder(settings.IOC_STYLES), layer_styles()),
    )


def cache() -> TileCache:
    """Finished tiles in memory, and in Redis where one is named for them."""
    shared = None
    if settings.IOC_TILE_REDIS_URL:
        shared = SharedTiles(settings.IOC_TILE_REDIS_URL, _prefix())
    return TileCache(settings.IOC_TILE_CACHE_MB * 1024 * 1024, shared)


def _prefix() -> str:
    """Another release may draw another picture, and change numbers are those of one
    database."""
    database = settings.DATABASES["default"]
    parts = [settings.RELEASE, *(database[key] for key in ("HOST", "PORT", "NAME"))]
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=6)
    return f"ioc:tile:{digest.hexdigest()}"


def _folder(text: str) -> Path | None:
    return Path(text) if text else None
