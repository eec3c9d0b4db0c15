"""From the cells of a row to a boat, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from . import values
from .places import Places, Providers
from .problems import BadValue, Problem
from .reading import Heading, Row, Table, plain

READERS: dict[str, Callable[[Any], Any]] = {
    "name": partial(values.text, longest=150),
    "owner": partial(values.text, longest=120),
    "captain": partial(values.text, longest=120),
    "owner_phone": values.phone,
    "phone": values.phone,
    "length_m": partial(values.number, low=2, high=150),
    "width_m": partial(values.number, low=0.5, high=40),
    "gear": partial(values.text, longest=60),
    "home_port": partial(values.text, longest=80),
    "built_year": partial(values.number, low=1900, high=2100),
    "licence_no": partial(values.text, longest=40),
    "licence_expires": values.day,
    "inspection_expires": values.day,
    "mmsi": values.mmsi,
    "call_sign": values.call_sign,
    "imo": partial(values.number, low=1_000_000, high=9_999_999),
}
# The column of a field where they are not called the same; fields without decimals.
COLUMNS = {"unit_id": "commune"}
WHOLE = ("built_year", "imo")
DEVICES = (("provider", "device", "counted"), ("provider_2", "device_2", "counted_2"))


@dataclass(frozen=True, slots=True)
class VmsUnit:
    """A VMS device of the file. ``counted`` None: the file does not say."""

    provider: str
    code: str
    number: str
    counted: bool | None

    @property
    def key(self) -> str:
        return f"vms:{self.code}:{self.number}"


@dataclass(slots=True)
class Boat:
    """A good row. ``facts``: only the fields that the file has columns for."""

    row: int
    key: str
    facts: dict[str, Any]
    devices: list[VmsUnit] = field(default_factory=list)


@dataclass(slots=True)
class Refused:
    """A row that is not taken. ``key`` of its registration, "" if unreadable."""

    row: int
    key: str
    problems: list[Problem]


def boats(
    table: Table, places: Places, providers: Providers
) -> Iterator[Boat | Refused]:
    """Each row as a boat, or as everything that is wrong with it."""
    seen: dict[str, int] = {}
    keys: dict[str, int] = {}
    heads = {heading.field: heading for heading in table.headings}
    for number, row in table.rows:
        cells = _Cells(number, row, heads)
        boat, problems = _boat(cells, places, providers), cells.problems
        if boat.key and boat.key in seen:
            cells.wrong("registration", "repeated", str(seen[boat.key]))
        names = [unit.key for unit in boat.devices]
        if boat.facts.get("mmsi"):
            names.append(f"mmsi:{boat.facts['mmsi']}")
        for name in names:
            if name in keys:
                shown = name.rpartition(":")[2]
                cells.wrong("", "device_repeated", shown)
        if problems:
            yield Refused(number, boat.key, problems)
            continue
        seen[boat.key] = number
        keys |= dict.fromkeys(names, number)
        yield boat


class _Cells:
    """The cells of one row by field, and what was wrong with them."""

    def __init__(self, number: int, row: Row, heads: dict[str, Heading]) -> None:
        self.number = number
        self.row = row
        self.heads = heads
        self.problems: list[Problem] = []

    def read(self, name: str, reader: Callable[[Any], Any]) -> Any:
        """The value, None for a bad one and where there is no such column."""
        heading = self.heads.get(name)
        if heading is None:
            return None
        value = self.row[heading.place] if heading.place < len(self.row) else None
        try:
            return reader(plain(value))
        except BadValue as error:
            self.wrong(name, error.code, "" if value is None else str(value)[:200])
            return None

    def wrong(self, name: str, code: str, value: str = "") -> None:
        text = self.heads[name].text if name in self.heads else ""
        self.problems.append(Problem(self.number, text, code, value))


def _boat(cells: _Cells, places: Places, providers: Providers) -> Boat:
    heads = cells.heads
    known = cells.read("registration", values.registration)
    boat = Boat(cells.number, known.key if known else "", {})
    if known:
        boat.facts = {"registration": known.text, "registration_key": known.key}
    readers = READERS | {"unit_id": places.unit}
    if "power_kw" in heads:
        heading = heads["power_kw"].text
        readers["power_kw"] = partial(values.power_kw, heading=heading)
    for name, reader in readers.items():
        column = COLUMNS.get(name, name)
        if column in heads:
            boat.facts[name] = cells.read(column, reader)
    for name in WHOLE:
        if boat.facts.get(name) is not None:
            boat.facts[name] = int(boat.facts[name])
    boat.devices = [
        unit for names in DEVICES if (unit := _device(names, cells, providers))
    ]
    if sum(unit.counted is True for unit in boat.devices) > 1:
        cells.wrong("counted_2", "both_counted")
    return boat


def _device(
    names: tuple[str, str, str], cells: _Cells, providers: Providers
) -> VmsUnit | None:
    provider, device, counted = names
    number = cells.read(device, partial(values.text, longest=16))
    if not number:
        return None
    by = cells.read(provider, partial(values.text, longest=120))
    if not by:
        cells.wrong(device, "provider", number)
        return None
    counts = cells.read(counted, values.yes)
    return VmsUnit(by, providers.code(by), number, counts)
