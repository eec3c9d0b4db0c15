"""Compressed bytes of strangers, expanded as far as is reasonable."""

from __future__ import annotations

import zlib

import zstandard

MAX_TILE_BYTES = 64 * 1024 * 1024


def expand(content: bytes) -> bytes:
    """A vector tile without the compression that its first bytes show."""
    if content[:2] == b"\x1f\x8b":
        return inflate(content, 31)
    if content[:4] == b"\x28\xb5\x2f\xfd":
        with zstandard.ZstdDecompressor().stream_reader(content) as reader:
            return bounded(reader.read(MAX_TILE_BYTES + 1))
    # A raw tile begins with 0x1a, the key of its first layer.
    return inflate(content, 15) if content[:1] == b"\x78" else content


def inflate(content: bytes, wbits: int, limit: int = MAX_TILE_BYTES) -> bytes:
    stream = zlib.decompressobj(wbits)
    out = bounded(stream.decompress(content, limit + 1), limit)
    if not stream.eof:
        raise EOFError("compressed bytes end early")
    return out


def bounded(content: bytes, limit: int = MAX_TILE_BYTES) -> bytes:
    if len(content) > limit:
        raise OverflowError(f"more than {limit // 2**20} MB")
    return content
