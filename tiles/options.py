"""How this site wants the tile service."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Options:
    """``prefix`` is where the service is mounted; ``base_path`` overrules the path
    in TileJSON when a proxy shows it elsewhere. ``origins``: sites whose pages may
    read answers, ``*`` for all, none for no CORS.
    """

    prefix: str = "/tiles"
    base_path: str = ""
    origins: tuple[str, ...] = ("*",)
    metrics_public: bool = False

    @classmethod
    def of_settings(cls) -> Options:
        return cls(
            base_path=settings.IOC_TILE_BASE_PATH.rstrip("/"),
            origins=tuple(settings.IOC_TILE_ORIGINS),
            metrics_public=settings.IOC_METRICS_PUBLIC,
        )
