"""Settings of a source that is asked over HTTP, checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from feeds.core.configs import settings_of
from feeds.core.pulling import LEAST_S
from feeds.tables.config import Mapping


class HttpPull(Mapping):
    """``url`` and ``headers`` may name secrets (``${finance}``, see
    ``layers.core.secrets``); ``url`` may hold ``{today}``, ``{yesterday}``,
    ``{month}``, ``{last_month}`` and ``{year}`` in local time. ``next`` is the dotted
    path of the next page's address in a JSON document. ``internal``: the address is
    inside the house."""

    url: str = Field(max_length=2_000)
    every_s: float = Field(default=3_600.0, ge=LEAST_S)
    headers: dict[str, str] = {}
    next: str = ""
    max_pages: int = Field(default=50, ge=1, le=1_000)
    internal: bool = False

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("not an http or https address")
        try:
            url.format(today="", yesterday="", month="", last_month="", year="")
        except (KeyError, IndexError, ValueError):
            # a secret is written ${name}: braces that are no moment of ours
            if "${" not in url:
                raise ValueError("there are {today}, {month} … only") from None
        return url


def check(config: Any) -> None:
    """For ``FeedKind.check``."""
    settings_of(config, HttpPull)
