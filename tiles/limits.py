"""How often a caller may ask: one bucket of tokens per key, user or address."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from time import monotonic
from typing import Any

from django.conf import settings

MAX_BUCKETS = 20_000
# What a look-up costs that memory cannot answer: guessing keys is slow, and the
# database hears little of it.
LOOKUP_COST = 20.0
NO_LIMIT = 1e12

Scope = dict[str, Any]
Headers = dict[bytes, bytes]


class Bucket:
    """Filled with ``rate`` tokens a second up to ``burst``; a request takes one."""

    __slots__ = ("at", "burst", "rate", "tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = self.tokens = burst
        self.at = monotonic()

    def take(self, cost: float = 1.0) -> float:
        """0 when it may go on, else the seconds until it may."""
        now = monotonic()
        tokens = self.tokens + (now - self.at) * self.rate
        self.at = now
        if tokens > self.burst:
            tokens = self.burst
        if tokens < cost:
            self.tokens = tokens
            return (cost - tokens) / self.rate
        self.tokens = tokens - cost
        return 0.0


class Limits:
    """The buckets of one process. ``rate`` 0: nobody is limited."""

    def __init__(self, rate: float, burst: float, *, behind_proxy: bool) -> None:
        self.rate = rate or NO_LIMIT
        self.burst = max(burst, LOOKUP_COST) if rate else NO_LIMIT
        self.behind_proxy = behind_proxy
        self._buckets: dict[Hashable, Bucket] = {}

    @classmethod
    def of_settings(cls) -> Limits:
        return cls(
            settings.IOC_TILE_RATE,
            settings.IOC_TILE_BURST,
            behind_proxy=settings.BEHIND_PROXY,
        )

    def __len__(self) -> int:
        return len(self._buckets)

    def bucket(self, name: Hashable, rate: float | None = None) -> Bucket:
        """The bucket of a caller; ``rate`` overrules what is set for everyone."""
        found = self._buckets.get(name)
        wanted = rate or self.rate
        if found is None or found.rate != wanted:
            if len(self._buckets) >= MAX_BUCKETS:
                del self._buckets[next(iter(self._buckets))]  # the oldest
            burst = self.burst * wanted / self.rate
            found = self._buckets[name] = Bucket(wanted, max(burst, LOOKUP_COST))
        return found

    def stranger(self, scope: Scope, headers: Headers) -> Bucket:
        """The bucket of who is known by address only."""
        address = self.address(scope, headers)
        # Most are in there by the very address: IPv4.
        return self._buckets.get(address) or self.bucket(household(address))

    def address(self, scope: Scope, headers: Headers) -> str:
        """The client's address; behind our own proxy the one that it wrote down.

        Only the last entry of ``X-Forwarded-For`` counts: those before it anybody
        may have written.
        """
        if self.behind_proxy:
            told = headers.get(b"x-forwarded-for", b"").rpartition(b",")[2]
            if told:
                return told.decode("latin-1").strip()
        client = scope.get("client")
        return client[0] if client else ""


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def household(address: str) -> str:
    """IPv6 addresses of one /64 belong to one customer, who has all of them."""
    if ":" not in address:
        return address[:64]
    try:
        return str(ip_network(f"{address}/64", strict=False))
    except ValueError:
        return address[:64]
