"""What the evidence of a version has that the one before had not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from layers.stations.models import DossierVersion
from layers.stations.reporting import wording

from .gathering import peak_of
from .queries import evidence_of

Row = dict[str, Any]


def before(version: DossierVersion) -> DossierVersion | None:
    """The newest earlier version that rests on other evidence."""
    return (
        DossierVersion.objects.filter(
            dossier=version.dossier_id, number__lt=version.number
        )
        .exclude(evidence=version.evidence_id)
        .select_related("evidence")
        .order_by("-number")
        .first()
    )


def since(version: DossierVersion) -> tuple[int, list[Row]] | None:
    """Number of that version and what is different; None for the first evidence."""
    earlier = before(version)
    if earlier is None:
        return None
    return earlier.number, different(evidence_of(earlier), evidence_of(version))


def different(old: Row, new: Row) -> list[Row]:
    """Rows of what (``title``, ``parameter`` or ""), ``old`` and ``new``."""
    found = []
    was = {entry["parameter"]: entry for entry in old["parameters"]}
    now = {entry["parameter"]: entry for entry in new["parameters"]}
    for name in [*now, *(name for name in was if name not in now)]:
        found += _parameter(name, was.get(name), now.get(name))
    for title, name in (
        (_("Reviews"), "reviews"),
        (_("Files received"), "files"),
        (_("Alerts"), "alerts"),
        (_("Instruments"), "instruments"),
        (_("What speaks against"), "doubts"),
    ):
        if old[name] != new[name]:
            found.append(_row(title, "", len(old[name]), len(new[name])))
    if old["station"] != new["station"]:
        found.append(_row(_("Register of the station"), "", "", _("changed")))
    return found


def _parameter(name: str, old: Row | None, new: Row | None) -> list[Row]:
    title = wording.title(name)
    pairs = [
        (_("Values"), _count(old), _count(new)),
        (_("Values that count with another figure or flag"), 0, _other(old, new)),
        (_("Exceedances"), _episodes(old), _episodes(new)),
        (pgettext("limit", "Limits"), _limits(old), _limits(new)),
        (_("Highest"), _peak(old), _peak(new)),
    ]
    return [_row(what, title, was, now) for what, was, now in pairs if was != now]


def _row(title: str, parameter: str, old: Any, new: Any) -> Row:
    return {"title": title, "parameter": parameter, "old": old, "new": new}


def _count(entry: Row | None) -> int:
    return len(entry["values"]) if entry else 0


def _other(old: Row | None, new: Row | None) -> int:
    """How many times have another value or flag than they had."""
    if not old or not new:
        return 0
    was = _counting(old)
    return sum(was.get(at, seen) != seen for at, seen in _counting(new).items())


def _counting(entry: Row) -> dict[float, tuple[Any, int]]:
    return {
        value["at"]: (value["value"], value["flag"])
        for value in entry["values"]
        if value.get("counts", True)
    }


def _episodes(entry: Row | None) -> int:
    return sum(len(limit["episodes"]) for limit in entry["limits"]) if entry else 0


def _limits(entry: Row | None) -> str:
    return ", ".join(map(wording.limit, entry["limits"])) if entry else ""


def _peak(entry: Row | None) -> str:
    peak = peak_of({"parameters": [entry]}) if entry else {}
    if not peak:
        return "—"
    return f"{wording.number(peak['value'], peak['parameter'])} {peak['unit']}"
