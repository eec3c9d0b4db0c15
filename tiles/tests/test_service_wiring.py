"""The service uses the parts that it is given, also while they are empty."""

from __future__ import annotations

from tiles.asgi import TileService
from tiles.cache import TileCache
from tiles.catalog import Catalog
from tiles.limits import Limits
from tiles.tokens import Access, Revocations


async def no_key(text: str) -> None:
    return None


def test_an_empty_cache_and_fresh_limits_are_not_replaced() -> None:
    cache, limits = TileCache(1_000), Limits(7, 7, behind_proxy=False)
    access = Access(Revocations(), no_key, limits)
    assert TileService(Catalog([]), access, cache).cache is cache
    assert access.limits is limits
