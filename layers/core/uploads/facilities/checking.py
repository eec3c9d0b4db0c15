"""Checking the rows of a list against what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from layers.core import units
from layers.core.uploads.contract import Checker, Job, Record, Row

from .declaring import Facilities
from .places import units_of_points
from .reasons import (
    AMBIGUOUS,
    AT_THE_EDGE,
    HALF_PLACE,
    NEAR_M,
    NO_NAME,
    NO_PLACE,
    NO_UNIT,
    NOT_YOURS,
    OLDER,
    OUTSIDE,
    SWAPPED,
)


class FacilityChecker(Checker):
    def __init__(self, what: Facilities, job: Job) -> None:
        self.what, self.job = what, job
        self.communes = units.tree().codes("commune", job.today)

    def check(self, rows: Sequence[Row]) -> Iterator[Record]:
        codes = [row.values["code"] for row in rows if "code" in row.values]
        known: dict[str, list[Any]] = {}
        for found in self.what.rows.filter(external_id__in=codes):
            known.setdefault(found.external_id, []).append(found)
        where = units_of_points(
            [(_at(row), self.communes.get(row.values.get("unit", ""))) for row in rows]
        )
        for row, (inside, off_m) in zip(rows, where, strict=True):
            same = known.get(row.values.get("code", ""), [])
            if len(same) > 1:
                row.problem(AMBIGUOUS, "code", code=row.values["code"])
            old = same[0] if same else None
            unit_id = self._unit(row, old, inside, off_m)
            self.what.check(row, old)
            if row.sound:
                yield self._record(row, old, unit_id)

    def _unit(
        self, row: Row, old: Any, inside: int | None, off_m: float | None
    ) -> int | None:
        """The commune that the row is of, after saying what is wrong with it."""
        values = row.values
        if ("lon" in values) != ("lat" in values):
            row.problem(HALF_PLACE, "lon" if "lon" in values else "lat")
        elif "lon" in values and values["lon"] < 90 < values["lat"]:
            row.problem(SWAPPED, "lon")
        named = self.communes.get(values["unit"]) if "unit" in values else None
        if "unit" in values and named is None:
            row.problem(NO_UNIT, "unit", unit=values["unit"])
        if named is not None and off_m:
            reason = AT_THE_EDGE if off_m <= NEAR_M else OUTSIDE
            title = units.tree().title(named)
            row.problem(reason, "lon", km=f"{off_m / 1000:.1f}", title=title)
        unit_id = named or inside or (old.unit_id if old else None)
        if old is None and "code" in values:
            if "name" not in values:
                row.problem(NO_NAME, "name", code=values["code"])
            if unit_id is None and "unit" not in values:
                row.problem(NO_PLACE, "unit", code=values["code"])
        for touched in {unit_id, old.unit_id if old else unit_id} - {None}:
            if not self.job.grant.sees_unit(touched):
                row.problem(NOT_YOURS, "unit", title=units.tree().title(touched))
        return unit_id

    def _record(self, row: Row, old: Any, unit_id: int | None) -> Record:
        what, values = self.what, row.values
        fields: dict[str, Any] = {"unit_id": unit_id}
        if "name" in values:
            fields["title"] = values["name"][:200]
        fields |= self._own([c.name for c in what.own], values)
        period = values.get(what.period.name)
        figures = {c.name: values[c.name] for c in what.figures if c.name in values}
        newest = period is not None and self._newest(row, old, period)
        if newest:
            fields |= self._own([what.period.name, *figures], values)
            fields |= what.also(period)
        moved = _at(row)
        changed = old is None or any(_differs(old, k, v) for k, v in fields.items())
        changed |= moved is not None and old is not None and _moved(old, moved)
        changed |= bool(figures) and not newest
        return Record(
            sheet=row.sheet.name,
            row=row.number,
            cell=row.cells["code"],
            change="new" if old is None else "changed" if changed else "same",
            title=values.get("name") or (old.title if old else values["code"]),
            unit_id=unit_id,
            data={
                "code": values["code"],
                "id": old.pk if old else None,
                "seen": old.updated_at.isoformat() if old else "",
                "fields": {name: _json(value) for name, value in fields.items()},
                "place": moved,
                "period": _json(period),
                "figures": {name: _json(value) for name, value in figures.items()},
            },
        )

    def _own(self, names: list[str], values: dict[str, Any]) -> dict[str, Any]:
        """Those that the feature itself has, as its fields hold them."""
        get = {entry.name: entry for entry in self.what.rows.model._meta.get_fields()}
        return {
            name: get[name].to_python(values[name])
            for name in names
            if name in values and name in get
        }

    def _newest(self, row: Row, old: Any, period: Any) -> bool:
        known = getattr(old, self.what.period.name, None) if old else None
        if known in (None, "") or period >= known:
            return True
        row.problem(OLDER, self.what.period.name, known=str(known))
        return False


def _at(row: Row) -> tuple[float, float] | None:
    if "lon" in row.values and "lat" in row.values:
        return float(row.values["lon"]), float(row.values["lat"])
    return None


def _moved(old: Any, place: tuple[float, float]) -> bool:
    if old.geom is None:
        return True
    return max(abs(old.geom.x - place[0]), abs(old.geom.y - place[1])) > 1e-7


def _differs(old: Any, name: str, value: Any) -> bool:
    return str(getattr(old, name)) != str(value)


def _json(value: Any) -> Any:
    plain = value is None or isinstance(value, bool | int | float | str)
    return value if plain else str(value)
