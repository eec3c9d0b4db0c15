"""Settings of a source of CAP messages, checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from feeds.core.configs import Strict, settings_of
from feeds.core.pulling import LEAST_S


class CapSource(Strict):
    """``url`` and ``headers`` may name secrets (``${name}``, see
    ``layers.core.secrets``). Without a ``url`` messages are pushed. ``internal``: the
    address, and those that it links to, are inside the house."""

    url: str = Field(default="", max_length=2_000)
    every_s: float = Field(default=300.0, ge=LEAST_S)
    headers: dict[str, str] = {}
    internal: bool = False

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("not an http or https address")
        return url


def check(config: Any) -> None:
    """For ``FeedKind.check``."""
    settings_of(config, CapSource)
