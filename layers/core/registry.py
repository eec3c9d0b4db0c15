"""One idea for every extension point: a frozen, ordered mapping of declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured


class Declared(Protocol):
    """Anything that names itself with a slug."""

    @property
    def slug(self) -> str: ...


T = TypeVar("T", bound=Declared)


class Registry(Mapping[str, T], Generic[T]):
    """Read by everyone, written only from ``AppConfig.ready()``, then frozen.

    Registering the same object twice is harmless (tests re-run ``ready()``);
    a second object with a known slug is refused.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.frozen = False
        self._entries: dict[str, T] = {}

    def register(self, entry: T) -> T:
        known = self._entries.get(entry.slug)
        if known is entry or known == entry:
            return entry
        if known is not None:
            raise ImproperlyConfigured(f"two {self.kind}s are named {entry.slug!r}")
        if self.frozen:
            raise ImproperlyConfigured(
                f"{self.kind} {entry.slug!r} came after the registry was frozen"
            )
        self._entries[entry.slug] = entry
        return entry

    def freeze(self) -> None:
        """Sort by (order, slug) and accept nothing more."""
        self._entries = dict(
            sorted(
                self._entries.items(),
                key=lambda item: (getattr(item[1], "order", 0), item[0]),
            )
        )
        self.frozen = True

    @contextmanager
    def override(self, entry: T) -> Iterator[T]:
        """For tests: the registry with this entry added or replaced."""
        before = dict(self._entries)
        self._entries[entry.slug] = entry
        try:
            yield entry
        finally:
            self._entries = before

    def __getitem__(self, slug: str) -> T:
        return self._entries[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
