# ruff: noqa: S101  (rows assert what the contract says)
"""The server under test, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import httpx
import mapbox_vector_tile
import orjson
import zstandard

from tiles.cache import expand

T = TypeVar("T")
Kind = Literal["martin", "ours"]
OUR_ROOT = "GIS-IOC tiles"
TIMEOUT_S = 30.0


class NotApplicable(Exception):
    """The row cannot be asked of this server; the text says why."""


@dataclass(frozen=True)
class Answer:
    """``body`` as it came, ``content`` after decompression."""

    asked: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def content(self) -> bytes:
        encoding = self.headers.get("content-encoding", "identity")
        if encoding == "zstd":  # of unknown size, as servers stream it
            return zstandard.ZstdDecompressor().decompressobj().decompress(self.body)
        return expand(self.body, encoding)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        return orjson.loads(self.content)

    def layers(self) -> dict[str, list[dict[str, Any]]]:
        """Features by layer of a vector tile."""
        decoded = mapbox_vector_tile.decode(self.content)
        return {name: layer["features"] for name, layer in decoded.items()}

    def has(self, status: int, **headers: str | None) -> Answer:
        """Itself, when status and headers (None: absent) are as expected."""
        shown = f"{self.asked}: {self.status} {self.text[:120]!r}"
        assert self.status == status, f"{shown}, expected {status}"
        for name, expected in headers.items():
            header = name.replace("_", "-")
            found = self.headers.get(header)
            assert found == expected, (
                f"{self.asked}: {header} is {found!r}, expected {expected!r}"
            )
        return self


class Server:
    """A tile server at ``url``; paths are asked below ``prefix``.

    ``others`` are servers of the same kind with the same data, configured
    otherwise: ``based`` (base path /map), ``prefixed`` (all routes below /foo),
    ``listed`` (CORS for https://map.example only, max-age 3600), ``closed`` (no
    CORS). Rows that need one which is missing do not apply.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str = "",
        key: str = "",
        kind: Kind | None = None,
        others: Mapping[str, Server] | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.prefix = prefix.rstrip("/")
        self.key = key
        self.others = dict(others or {})
        self.differences: list[str] = []
        self._client = httpx.Client(timeout=TIMEOUT_S)
        self._client.headers.clear()
        self.kind: Kind = kind or self._kind()

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers)

    def head(self, path: str, **headers: str) -> Answer:
        return self.ask("HEAD", path, headers)

    def ask(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """``path`` below the prefix; ``_`` in names of headers stands for ``-``."""
        return self.ask_root(method, self.prefix + path, headers)

    def ask_root(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            sent.setdefault("authorization", f"Bearer {self.key}")
        request = self._client.build_request(method, self.url + path, headers=sent)
        answer = self._client.send(request, stream=True)
        try:
            body = b"".join(answer.iter_raw())
        finally:
            answer.close()
        return Answer(f"{method} {path}", answer.status_code, answer.headers, body)

    def other(self, name: str) -> Server:
        """A server configured otherwise; what it differs in is noted here."""
        found = self.others.get(name)
        if found is None:
            raise NotApplicable(f"no server was given that is {name}")
        found.differences = self.differences
        return found

    def either(self, martin: T, ours: T, reason: str) -> T:
        """What this server is expected to do where we differ on purpose."""
        if self.kind == "martin":
            return martin
        self.differences.append(reason)
        return ours

    def _kind(self) -> Kind:
        return "ours" if self.get("/").text.startswith(OUR_ROOT) else "martin"
