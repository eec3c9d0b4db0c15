"""Everything that is known about a vessel in a span, as one document.

The document is plain JSON (:mod:`layers.core.evidence.canonical`): ``vessel``,
``devices``, ``fixes``, ``raw``, ``gaps``, ``crossings``, ``zones``, ``alert``,
``events``, ``contacts``, ``outages``, ``faults``, ``land``, ``extent``. Times are UTC,
angles degrees (WGS 84), lengths metres, speeds knots. ``personal`` marks what needs a
permission.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import raw
from layers.core.evidence.canonical import iso
from layers.vessels.flags import SUSPECT

from . import findings, mapping, surroundings

FORMAT = "gis-ioc/case-evidence/1"
SQL = Path(__file__).parent / "sql"
FIXES = (SQL / "fixes.sql").read_text()
DEVICES = (SQL / "devices.sql").read_text()
MOST_FIXES = 20_000
AROUND = timedelta(days=30)  # how far the last fix before a silence is looked for


class TooMuchError(ValueError):
    """More fixes than a case file can hold; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a case is about."""

    vessel_id: int
    since: datetime
    until: datetime
    zone_id: int | None = None
    origin_layer: str = ""
    origin_id: int | None = None


def gather(asked: Asked) -> dict[str, Any]:
    """The document as of now. Raises TooMuchError."""
    devices = _rows(DEVICES, _span(asked))
    fixes = _fixes(asked)
    known, missing = _raw(fixes)
    events = surroundings.events_of(asked)
    crossings = findings.crossings(events)
    zones = surroundings.zones_of(asked, events)
    found = {
        "format": FORMAT,
        "gathered_at": iso(timezone.now()),
        "span": {"since": iso(asked.since), "until": iso(asked.until)},
        "vessel": surroundings.register_entry(asked),
        "devices": [_plain(row) for row in devices],
        "fixes": fixes,
        "raw": known,
        "raw_missing": missing,
        "gaps": findings.gaps(
            fixes, {row["device_id"]: row["kind"] for row in devices}
        ),
        "crossings": crossings,
        "zones": zones,
        "alert": surroundings.alert_of(asked),
        "events": events,
        "contacts": surroundings.contacts_of(asked),
        "outages": surroundings.outages_of(asked, devices),
        "faults": surroundings.faults_of(asked),
    }
    return found | mapping.ground(found)


def _span(asked: Asked) -> dict[str, Any]:
    return {
        "vessel": asked.vessel_id,
        "since": asked.since,
        "until": asked.until,
        "before": asked.since - AROUND,
        "after": asked.until + AROUND,
        "most": MOST_FIXES + 1,
        "suspect": int(SUSPECT),
    }


def _rows(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _fixes(asked: Asked) -> list[dict[str, Any]]:
    """Fixes in order of time, each with its number from 1; suspect ones too."""
    rows = _rows(FIXES, _span(asked))
    if sum(row["inside"] for row in rows) > MOST_FIXES:
        raise TooMuchError(
            _(
                "There are more than %(most)s positions in that time: choose a"
                " shorter one."
            )
            % {"most": MOST_FIXES}
        )
    found = []
    for number, row in enumerate(rows, 1):
        plain = _plain(row)
        plain["suspect"] = bool(row["flags"] & SUSPECT)
        plain["no"] = number
        found.append(plain)
    return found


def _raw(fixes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The raw lines of the fixes in order, and how many fixes have none."""
    refs = [(fix["batch_id"], fix["line_no"]) for fix in fixes if fix["batch_id"]]
    lines = raw.lookup(refs)
    without = sum((fix["batch_id"], fix["line_no"]) not in lines for fix in fixes)
    return [_line(lines[ref]) for ref in sorted(lines)], without


def _line(line: raw.RawLine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "batch_id": line.batch_id,
        "line_no": line.line_no,
        "text": line.text,
        "sha256": line.sha256,
        "batch_digest": line.batch_digest,
        "source": line.source,
        "received_at": iso(line.received_at),
    }
    if line.others:
        found["others"] = [_line(other) for other in line.others]
    return found
