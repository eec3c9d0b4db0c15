"""What a server must have to be tested: two schemas and a folder of drawings."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import orjson
from django.db import connection

SQL = Path(__file__).with_name("fixture.sql")
SCHEMAS = ("contract_a", "contract_b")
# Configurations of the further servers that some rows need.
VARIANTS: dict[str, str] = {
    "based": "base_path: /map\n",
    "prefixed": "route_prefix: /foo\n",
    "listed": "cors:\n  origin: [https://map.example]\n  max_age: 3600\n",
    "closed": "cors: false\n",
}
_MARTIN = """\
listen_addresses: {listen}
{variant}\
postgres:
  connection_string: {database}
  auto_publish:
    from_schemas: [{schemas}]
    tables:
      id_columns: gid
    functions: true
sprites:
  sources:
    icons: {folder}/sprites/icons
fonts:
  paths: {folder}/fonts
styles:
  sources:
    day: {folder}/styles/day.json
"""
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"'
    ' viewBox="0 0 16 16"><circle cx="8" cy="8" r="{radius}"/></svg>'
)
_STYLE = {
    "version": 8,
    "name": "day",
    "sprite": "/sprite/icons",
    "glyphs": "/font/{fontstack}/{range}",
    "sources": {"pts": {"type": "vector", "url": "/pts"}},
    "layers": [{"id": "pts", "type": "circle", "source": "pts", "source-layer": "pts"}],
}


def create_schemas() -> None:
    """The tables and functions, anew."""
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text())


def drop_schemas() -> None:
    with connection.cursor() as cursor:
        for schema in SCHEMAS:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def write_assets(folder: Path, font: Path) -> None:
    """``sprites/icons``, ``fonts`` and ``styles`` below ``folder``; ``font`` is a
    WOFF file of Be Vietnam Pro."""
    icons = folder / "sprites" / "icons"
    (icons / "sub").mkdir(parents=True, exist_ok=True)
    (icons / "bear.svg").write_text(_SVG.format(radius=7))
    (icons / "sub" / "dot.svg").write_text(_SVG.format(radius=3))
    (folder / "fonts").mkdir(exist_ok=True)
    ttf = folder / "fonts" / "be-vietnam-pro.ttf"
    ttf.write_bytes(sfnt(font.read_bytes()))
    (folder / "styles").mkdir(exist_ok=True)
    (folder / "styles" / "day.json").write_bytes(orjson.dumps(_STYLE))


def martin_config(folder: Path, variant: str, listen: str, database: str) -> str:
    """A configuration of Martin that serves the fixture; variant: one of VARIANTS,
    or empty."""
    return _MARTIN.format(
        listen=listen,
        variant=VARIANTS.get(variant, ""),
        database=database,
        schemas=", ".join(SCHEMAS),
        folder=folder.resolve(),
    )


def sfnt(woff: bytes) -> bytes:
    """The TrueType or OpenType font that a WOFF 1.0 file holds (W3C, 2012).

    Martin reads no WOFF. Raises ValueError when it is none.
    """
    signature, flavour, _length, count = struct.unpack_from(">4s4sIH", woff)
    if signature != b"wOFF":
        raise ValueError("no WOFF file")
    reach = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">4sHHHH",
        flavour,
        count,
        reach * 16,
        reach.bit_length() - 1,
        (count - reach) * 16,
    )
    entries, bodies = b"", b""
    offset = len(head) + count * 16
    for number in range(count):
        tag, start, packed, size, checksum = struct.unpack_from(
            ">4sIIII", woff, 44 + number * 20
        )
        body = woff[start : start + packed]
        body = zlib.decompress(body) if packed < size else body
        entries += struct.pack(">4sIII", tag, checksum, offset + len(bodies), size)
        bodies += body + bytes(-size % 4)
    return head + entries + bodies
