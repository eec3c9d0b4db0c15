"""What a file would change in the register, without changing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from layers.core.scope import Grant
from layers.vessels.models import Vessel, VesselClass
from layers.vessels.personal import has_phone

from .places import Places, Providers
from .problems import Problem
from .reading import Table
from .rows import Boat, Refused, boats

# Fields of the model that a file may fill, and that are compared with it.
COMPARED = (
    "registration", "title", "unit_id", "mmsi", "imo", "call_sign", "length_m",
    "width_m", "power_kw", "gear", "home_port", "built_year", "owner", "owner_phone",
    "captain", "phone", "licence_no", "licence_expires", "inspection_expires",
    "missing_since",
)  # fmt: skip


@dataclass(slots=True)
class Change:
    """A boat of the file and what becomes of it. ``old`` and ``new`` by field."""

    boat: Boat
    vessel: Vessel
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """``same``: boats that stand in the register just so. ``missing``: ids."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    doubled: list[list[int]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    table: Table | None = None

    @property
    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "same": len(self.same),
            "refused": len({problem.row for problem in self.problems}),
            "missing": len(self.missing),
        }


def plan(table: Table, *, source: str, full: bool, day: date, grant: Grant) -> Plan:
    """Compare a file with the register. Writes nothing."""
    found = Plan()
    known = _Known(source)
    heading = next(h.text for h in table.headings if h.field == "registration")
    for entry in boats(table, Places(day, grant), Providers()):
        if isinstance(entry, Refused):
            found.problems += entry.problems
            found.refused.add(entry.key)
            continue
        vessel = known.by_key.get(entry.key)
        unit_id = entry.facts.get("unit_id")
        if unit_id is None and vessel is not None:
            unit_id = vessel.unit_id
        hidden = vessel is not None and not grant.sees_unit(vessel.unit_id)
        if hidden or not grant.sees_unit(unit_id):
            registration = entry.facts["registration"]
            found.problems.append(
                Problem(entry.row, heading, "outside_scope", registration)
            )
            continue
        _place(entry, vessel, source, found)
    found.doubled = [ids for ids in known.doubled.values() if len(ids) > 1]
    if full:
        _find_missing(found, known, source, grant)
    return found


class _Known:
    """The register by number; of two entries the one of the same source."""

    def __init__(self, source: str) -> None:
        rows = Vessel.objects.filter(registered=True).exclude(registration_key="")
        self.by_key: dict[str, Vessel] = {}
        self.doubled: dict[str, list[int]] = {}
        for vessel in rows.defer("geom", "shape", "search_text").order_by("pk"):
            key = vessel.registration_key
            self.doubled.setdefault(key, []).append(vessel.pk)
            if key not in self.by_key or vessel.source == source:
                self.by_key[key] = vessel


def _place(boat: Boat, vessel: Vessel | None, source: str, plan: Plan) -> None:
    if vessel is None:
        vessel = Vessel(
            source=source,
            external_id=boat.facts["registration"],
            vessel_class=VesselClass.FISHING,
            registered=True,
        )
        wanted = _wanted(boat, vessel)
        for name, value in wanted.items():
            setattr(vessel, name, value)
        plan.added.append(Change(boat, vessel, {}, wanted))
        return
    wanted = _wanted(boat, vessel) | {"missing_since": None}
    new = {
        name: value
        for name, value in wanted.items()
        if name in COMPARED and getattr(vessel, name) != value
    }
    old = {name: getattr(vessel, name) for name in new}
    change = Change(boat, vessel, old, new)
    (plan.changed if new else plan.same).append(change)


def _wanted(boat: Boat, vessel: Vessel) -> dict[str, Any]:
    """What the row says. An empty cell says nothing and takes nothing away."""
    said = {
        name: value
        for name, value in boat.facts.items()
        if value not in (None, "") and name != "name"
    }
    name = boat.facts.get("name") or ""
    registration = boat.facts["registration"]
    if name and not has_phone(name):
        said["title"] = f"{name} ({registration})"
    elif not vessel.title:
        said["title"] = registration
    return said


def _find_missing(plan: Plan, known: _Known, source: str, grant: Grant) -> None:
    """Who is not in the file; a refused row is in it all the same."""
    seen = {
        change.vessel.pk for changes in (plan.changed, plan.same) for change in changes
    }
    plan.missing = [
        vessel.pk
        for vessel in known.by_key.values()
        if vessel.source == source
        and vessel.pk not in seen
        and vessel.missing_since is None
        and vessel.registration_key not in plan.refused
        and grant.sees_unit(vessel.unit_id)
    ]
