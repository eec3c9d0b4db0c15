"""Which column of a boundary file holds what: a guess that people correct."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from layers.core.geofiles import text

from .reading import Table

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,11}\Z")
SAMPLES = 3
NEEDED = ("code", "name")
# Names of columns as such files have them, folded: the first that fits is taken.
KNOWN: dict[str, tuple[str, ...]] = {
    "code": (
        "code", "gso_code", "ma", "ma_xa", "maxa", "ma_dvhc", "madvhc", "ma_huyen",
        "mahuyen", "ma_tinh", "matinh", "ma_hc", "mahc", "cc_3", "src_id",
    ),
    "name": (
        "name", "ten", "ten_xa", "tenxa", "ten_dvhc", "tendvhc", "commune", "ward",
        "ten_huyen", "tenhuyen", "district", "ten_tinh", "tentinh", "name_3", "title",
    ),
    "parent": (
        "parent_code", "parent", "old_district_code", "district_code",
        "district_code_2022", "ma_huyen", "mahuyen", "ma_cha", "province_code",
        "ma_tinh", "matinh",
    ),
    "population": (
        "population", "dan_so", "danso", "pop", "pop_census_2019", "pop_2019",
        "so_dan",
    ),
    "area": (
        "area_km2", "dien_tich", "dientich", "dtich", "dt_km2", "area_ha", "dt_ha",
        "area_ha_src", "area", "shape_area",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """Which columns of the file hold what; "" where it has none."""

    code: str = "code"
    name: str = "name"
    parent: str = ""
    population: str = ""
    area: str = ""

    @property
    def used(self) -> set[str]:
        return set(asdict(self).values()) - {""}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file with its first values."""

    name: str
    samples: tuple[str, ...]

    @property
    def label(self) -> str:
        values = ", ".join(value[:24] for value in self.samples)
        return f"{self.name}: {values}" if values else self.name


def describe(table: Table) -> list[Column]:
    """The columns with the first values that are not empty."""
    return [
        Column(name, tuple(filter(None, map(text, values)))[:SAMPLES])
        for name, values in _values(table)
    ]


def _values(table: Table) -> list[tuple[str, list[Any]]]:
    return [(str(name), list(table.frame[name])) for name in table.frame.columns]


def guess(table: Table) -> FieldNames:
    """The columns by their names and by what they hold; "" when none fits."""
    values = dict(_values(table))
    folded = {name: _fold(name) for name in values}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for role, known in KNOWN.items():
        fitting = [name for name in values if folded[name] in known]
        fitting.sort(key=lambda name: known.index(folded[name]))
        # a code or a name that is wrong shall be told, not passed over
        fitting = [
            name
            for name in fitting
            if name not in taken and (role in NEEDED or _holds(role, values[name]))
        ]
        found[role] = fitting[0] if fitting else ""
        taken.add(found[role])
    for role in NEEDED:
        rest = [n for n in values if n not in taken and _holds(role, values[n])]
        if not found[role] and rest:
            found[role] = rest[0]
            taken.add(rest[0])
    return FieldNames(**found)


def _holds(role: str, values: Sequence[Any]) -> bool:
    """Whether a column's values can be what ``role`` says."""
    texts = [text(value) for value in values]
    filled = [value for value in texts if value]
    if not filled:
        return False
    if role == "code":
        return len(set(filled)) == len(texts) and all(map(CODE.match, filled))
    if role == "name":
        return all(any(c.isalpha() for c in value) for value in filled)
    if role == "parent":
        return all(map(CODE.match, filled))
    return all(_is_number(value) for value in filled)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.casefold().replace("\u0111", "d"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
