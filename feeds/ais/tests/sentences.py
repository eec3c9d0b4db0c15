"""Sentences made with pyais, and batches of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pyais.encode import encode_dict

from feeds.ais.nmea import checksum
from feeds.core.decoding import Batch, Decoded
from layers.vessels.reports import VesselReports

RECEIVED = datetime(2026, 11, 22, 3, 0, 30, tzinfo=UTC)


def batch(
    lines: list[bytes],
    number: int = 1,
    source: str = "s",
    received: datetime = RECEIVED,
    **meta: object,
) -> Batch:
    return Batch(number, source, received, b"".join(x + b"\n" for x in lines), meta)


def sentences(**fields: object) -> list[bytes]:
    base = {"type": 1, "mmsi": 574001234, "lon": 106.0, "lat": 19.5, "second": 30}
    return [line.encode() for line in encode_dict({**base, **fields})]


def one(**fields: object) -> bytes:
    (line,) = sentences(**fields)
    return line


def tagged(body: str, line: bytes) -> bytes:
    r"""``\body*hh\line``."""
    return f"\\{body}*{checksum(body.encode()):02X}\\".encode() + line


def signed(body: str) -> bytes:
    """``!body*hh`` with the right checksum."""
    return f"!{body}*{checksum(body.encode()):02X}".encode()


def reports(decoded: Decoded) -> VesselReports:
    (delivery,) = decoded.deliveries
    return delivery.records


def total(decoded: Decoded) -> int:
    """Lines that are accounted for."""
    return sum(decoded.counts.values()) + sum(
        int(delivery.weights.sum()) for delivery in decoded.deliveries
    )


def names(found: Any) -> list[str]:
    return [found.keys[index] for index in found.device.tolist()]
