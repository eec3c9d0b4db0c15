"""The reporting duties of the demo: what the decrees ask, as rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from layers.vessels.models import ReportingDuty

if TYPE_CHECKING:
    from fixtures import Demo

WHOLE = (
    "order", "interval_min", "grace_min", "silent_h", "return_days", "manual_h",
    "absent_months",
)  # fmt: skip


def load(demo: Demo) -> int:
    rows = [
        ReportingDuty(
            code=row["code"],
            title=row["title"],
            length_from_m=float(row["length_from_m"]),
            length_to_m=float(row["length_to_m"]) if row["length_to_m"] else None,
            legal_basis=row["legal_basis"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            **{name: int(row[name]) for name in WHOLE},
        )
        for row in demo.table("reporting_duties")
    ]
    return len(ReportingDuty.objects.bulk_create(rows))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
