"""Static reports of a group of messages: each content once, first and last heard."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xxhash

from layers.core.ingest import Floats, Ints
from layers.vessels.reports import Static

from .fields import PART_A, PART_B, STATICS, Payloads
from .messages import QUIET_KN, classify

TEXTS = {"shipname": 20, "name_ext": 14, "callsign": 7, "destination": 20}
NUMBERS = (
    "imo", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "draught",
    "kind", "quiet", "mmsi",
)  # fmt: skip
EXTENDED_B, PARTED = 19, 24
AUXILIARY = 98  # their part B names the mother ship instead of a size


@dataclass(slots=True)
class Said:
    """What a message said, and the rows of the first and last that did."""

    content: Static
    first: int
    last: int
    rows: list[int] = field(default_factory=list)


def read(kind: int, payloads: Payloads, mmsi: Ints) -> dict[str, np.ndarray]:
    """Raw columns of payloads of one type, as :func:`gather` takes them."""
    raw = {
        name: payloads.letters(entry) if entry.text else payloads.number(entry)
        for name, entry in STATICS[kind].items()
    }
    if kind == PARTED:
        part = raw.pop("part")
        for number, layout in enumerate((PART_A, PART_B)):
            for name, entry in layout.items():
                value = (
                    payloads.letters(entry) if entry.text else payloads.number(entry)
                )
                value[part != number] = 0
                raw[name] = value
        for name in ("to_bow", "to_stern", "to_port", "to_starboard"):
            raw[name][mmsi // 10_000_000 == AUXILIARY] = 0
    if "name_ext" in raw:
        # the rest of a name that fills its field; behind a shorter one it is noise
        raw["name_ext"][raw["shipname"][:, -1] == 0] = 0
    raw["mmsi"], raw["kind"] = mmsi, np.full(len(mmsi), kind)
    return raw


def quiet(speed_kn: Floats, heading_deg: Floats) -> Ints:
    """Slow and without a compass, as a float on a net is."""
    return ((speed_kn < QUIET_KN) & np.isnan(heading_deg)).astype(np.int64)


def gather(raw: dict[str, np.ndarray], rows: Ints, source: Ints) -> list[Said]:
    """Contents that say something; ``rows`` are the messages in order of arrival."""
    count = len(rows)
    columns = [
        raw.get(name, np.zeros((count, n), np.uint8)) for name, n in TEXTS.items()
    ]
    zero = np.zeros(count, np.int64)
    figures = np.stack([raw.get(name, zero) for name in NUMBERS] + [source], axis=1)
    packed = np.concatenate(
        [*columns, figures.astype(np.int64).view(np.uint8)], axis=1, dtype=np.uint8
    )
    keys = packed.view(f"V{packed.shape[1]}").ravel().tolist()
    found: dict[bytes, list[int]] = {}
    for index, key in enumerate(keys):
        found.setdefault(key, []).append(index)
    said = []
    for key, members in found.items():
        content = _content(key, figures[members[0]].tolist())
        if content is not None:
            mine = [int(rows[index]) for index in members]
            said.append(Said(content, mine[0], mine[-1], mine))
    return said


def _content(key: bytes, figures: list[int]) -> Static | None:
    """The report without its time and receiver; None when it says nothing."""
    value = dict(zip(NUMBERS, figures, strict=False))
    texts, at = [], 0
    for width in TEXTS.values():
        texts.append(key[at : at + width].partition(b"\0")[0].decode("ascii"))
        at += width
    shipname, extension, callsign, destination = (" ".join(t.split()) for t in texts)
    name = f"{shipname}{extension}"
    length_m = float(value["to_bow"] + value["to_stern"])
    words = (name, callsign, value["imo"], value["ship_type"], length_m)
    if not (any(words) or value["quiet"]):
        return None
    mmsi = f"{value['mmsi']:09d}"
    return Static(
        device=f"mmsi:{mmsi}",
        at=0.0,
        # the sender of the line, last in the key, is no part of what was said
        digest=xxhash.xxh3_64_intdigest(key[:-8]) - (1 << 63),
        name=name,
        call_sign=callsign,
        imo=value["imo"],
        ship_type=value["ship_type"],
        length_m=length_m,
        width_m=float(value["to_port"] + value["to_starboard"]),
        destination=destination,
        draught_m=value["draught"] / 10,
        vessel_class=classify(
            mmsi,
            value["kind"],
            value["ship_type"],
            name,
            quiet=value["kind"] == EXTENDED_B and bool(value["quiet"]),
        ),
    )
