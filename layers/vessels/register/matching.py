"""From what devices say to the register: sure ones fitted, the others listed.

Bounded: so many devices a run, so many reports a device, and a device again only
after a while. Twice changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone
from rapidfuzz import fuzz

from layers.core.versions import begin_change
from layers.vessels.fitting import Wish, fit_many
from layers.vessels.models import Conflict, Device, Examined, Fitting, VesselClass

from . import conflicts
from .candidates import Candidates, load
from .following import refresh_aliases
from .names import hints, squeeze
from .scoring import ASK, Said, Score, decided, rank
from .values import valid_mmsi

SLUG = "vessels"
SQL = Path(__file__).parent / "sql"
DEVICES_A_RUN = 500
REPORTS_A_DEVICE = 20
AGAIN_AFTER_S = 600
# Stations, and markers that carry the number of the boat they belong to.
NO_BOATS = {
    VesselClass.NAVAID,
    VesselClass.BASE_STATION,
    VesselClass.BUOY,
    VesselClass.DISTRESS,
}
MOST_VMS = 2  # Decree 41/2026
OTHER_NAME = 60.0
Kind = Conflict.Kind


@dataclass(slots=True)
class Subject:
    """A device and what it said. ``branches``: (branch, vessel, registered, basis)."""

    device: int
    key: str
    kind: str
    vessel_class: str
    valid: bool
    branches: list[tuple[int, int, bool, str]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    lon: float | None = None
    lat: float | None = None

    @property
    def mmsi(self) -> str:
        return self.key[5:] if self.key.startswith("mmsi:") else ""

    @property
    def is_valid(self) -> bool:
        return self.valid and valid_mmsi(self.mmsi)

    @property
    def names(self) -> list[str]:
        """Distinct names, the newest first."""
        names = (squeeze(report.get("name", "")) for report in self.reports)
        return [name for name in dict.fromkeys(names) if name]

    def said(self) -> Said:
        """The newest that was said of each thing."""
        newest: dict[str, Any] = {}
        for report in self.reports:
            for name, value in report.items():
                newest.setdefault(name, value)
        lone = len(self.branches) == 1 and self.is_valid
        return Said(
            name=newest.get("name", ""),
            mmsi=self.mmsi if lone else "",
            call_sign=newest.get("call_sign", ""),
            imo=int(newest.get("imo", 0)),
            declared=newest.get("registration", "")
            if self.kind == Device.Kind.VMS
            else "",
            length_m=float(newest.get("length_m", 0.0)),
            lon=self.lon,
            lat=self.lat,
        )


def examine(limit: int = DEVICES_A_RUN) -> dict[str, int]:
    """Look at the devices that are due. Returns how many: seen, fitted, doubtful."""
    due = _due(limit)
    if not due:
        return {"seen": 0, "fitted": 0, "doubtful": 0}
    subjects = _subjects([device for device, _newest, _tracks in due])
    register = load()
    ranked = {s.device: _ranked(s, register) for s in subjects}
    rejected = _rejected(list(ranked))
    wishes = _sure(subjects, ranked, rejected)
    with transaction.atomic():
        begin_change(SLUG)
        fitted = fit_many(wishes, reason="match")
        refresh_aliases(v for s in subjects for _b, v, _r, _basis in s.branches)
    sure = {wish.device for wish in wishes}
    doubtful = 0
    with transaction.atomic():
        for subject in subjects:
            if subject.device in sure:
                conflicts.settle(Kind.CANDIDATE, subject.device)
            doubtful += _doubt(subject, ranked[subject.device], subject.device in sure)
        _remember(due)
    return {"seen": len(due), "fitted": len(fitted), "doubtful": doubtful}


def _ranked(subject: Subject, register: Candidates) -> list[Score]:
    """Who may be meant; the boat that carries the device is among them."""
    said = subject.said()
    entries = {entry.id: entry for entry in register.for_(said)}
    for _branch, vessel, _registered, _basis in subject.branches:
        if vessel in register.entries:
            entries[vessel] = register.entries[vessel]
    return rank(said, entries.values())


def look_again() -> None:
    """The register has changed: who is in no register is looked at again."""
    Examined.objects.filter(device__fittings__vessel__registered=False).delete()


def _due(limit: int) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute((SQL / "due.sql").read_text(), [AGAIN_AFTER_S, limit])
        return cursor.fetchall()


def _subjects(devices: list[int]) -> list[Subject]:
    found: dict[int, Subject] = {}
    with connection.cursor() as cursor:
        cursor.execute((SQL / "subjects.sql").read_text(), [devices])
        for row in cursor.fetchall():
            device, key, kind, valid, branch, vessel, registered, said, basis, *at = row
            subject = found.setdefault(device, Subject(device, key, kind, said, valid))
            subject.branches.append((branch, vessel, registered, basis))
            if subject.lon is None:
                subject.lon, subject.lat = at
        cursor.execute(
            (SQL / "reports.sql").read_text(), [list(found), REPORTS_A_DEVICE]
        )
        for device, content in cursor.fetchall():
            found[device].reports.append(orjson.loads(content))
    for subject in found.values():
        classes = (report.get("vessel_class") for report in subject.reports)
        subject.vessel_class = next(filter(None, classes), subject.vessel_class)
    return list(found.values())


def _rejected(devices: list[int]) -> dict[int, set[int]]:
    """Device -> vessels that staff kept apart from it."""
    rows = Conflict.objects.filter(device__in=devices).exclude(rejected=[])
    found: dict[int, set[int]] = {}
    for device, vessels in rows.values_list("device_id", "rejected"):
        found.setdefault(device, set()).update(vessels)
    return found


def _sure(
    subjects: list[Subject],
    ranked: dict[int, list[Score]],
    rejected: dict[int, set[int]],
) -> list[Wish]:
    """The matches that need nobody, at most one device of a kind per vessel."""
    carried = _carried()
    wishes = []
    for subject in subjects:
        if len(subject.branches) != 1 or subject.vessel_class in NO_BOATS:
            continue
        branch, _vessel, registered, basis = subject.branches[0]
        left = rejected.get(subject.device, set())
        best = decided([s for s in ranked[subject.device] if s.vessel not in left])
        if best is None or registered or basis == Fitting.Basis.STAFF:
            continue
        most = MOST_VMS if subject.kind == Device.Kind.VMS else 1
        place = (best.vessel, subject.kind)
        if carried.get(place, 0) >= most:
            continue
        carried[place] = carried.get(place, 0) + 1
        wishes.append(
            Wish(
                device=subject.device,
                vessel=best.vessel,
                branch=branch,
                basis=Fitting.Basis.MATCH,
                score=best.score,
            )
        )
    return wishes


def _carried() -> dict[tuple[int, str], int]:
    """(vessel of the register, kind of device) -> devices it carries now."""
    found: dict[tuple[int, str], int] = {}
    rows = Fitting.objects.filter(until__isnull=True, vessel__registered=True)
    for place in rows.values_list("vessel_id", "device__kind"):
        found[place] = found.get(place, 0) + 1
    return found


def _doubt(subject: Subject, scores: list[Score], sure: bool) -> int:
    """Put what is doubtful onto the list; how many questions."""
    if subject.vessel_class in NO_BOATS:
        return 0
    _branch, vessel, registered, _basis = subject.branches[0]
    shown = [asdict(score) for score in scores if score.score >= ASK]
    said = {"names": subject.names[:8]} | _told(subject)
    found = []
    if len(subject.branches) > 1:
        found.append(Kind.SHARED)
    elif subject.mmsi and not subject.is_valid:
        found.append(Kind.INVALID)
    elif _changed(subject):
        found.append(Kind.CHANGED)
    own = next((score for score in scores if score.vessel == vessel), None)
    if registered:
        # fitted already: only when it says that it is another boat
        contradicts = own is not None and "other_number" in own.parts
        shown = [c for c in shown if c["vessel"] != vessel] if contradicts else []
    if shown and not sure and not {Kind.SHARED, Kind.INVALID} & set(found):
        found.append(Kind.CANDIDATE)
    for kind in found:
        conflicts.raise_conflict(
            kind,
            device_id=subject.device,
            vessel_id=vessel,
            candidates=shown,
            said=said,
        )
    return len(found)


def _told(subject: Subject) -> dict[str, Any]:
    said = subject.said()
    told = {"call_sign": said.call_sign, "imo": said.imo, "length_m": said.length_m}
    told["registration"] = said.declared
    told["tracks"] = len(subject.branches) if len(subject.branches) > 1 else 0
    return {name: value for name, value in told.items() if value}


def _changed(subject: Subject) -> bool:
    """Names that are not one name, damaged or cut off; sizes that are not one size."""
    for one, other in combinations(subject.names, 2):
        cut = one.startswith(other) or other.startswith(one)
        numbers = {hint.number for hint in hints(one)}
        same = cut or any(hint.number in numbers for hint in hints(other))
        if not same and fuzz.ratio(one, other) < OTHER_NAME:
            return True
    lengths = [r["length_m"] for r in subject.reports if r.get("length_m")]
    if not lengths:
        return False
    return max(lengths) - min(lengths) > max(5.0, max(lengths) / 3)


def _remember(due: list[tuple[int, int, int]]) -> None:
    now = timezone.now()
    Examined.objects.bulk_create(
        [
            Examined(device_id=device, newest_report=newest, tracks=tracks, at=now)
            for device, newest, tracks in due
        ],
        update_conflicts=True,
        unique_fields=["device"],
        update_fields=["newest_report", "tracks", "at"],
    )
