"""What the page and the paper of a case show, in the active language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from layers.core.evidence.canonical import moment as moment_of
from layers.stations.kinds import Kind, Status
from layers.stations.models import Dossier
from layers.stations.pages.flags import flag_mark
from layers.stations.reporting import document, wording

from . import charts
from .wording import done, doubt, exceedance, source_of

# Values over the limit that the paper lists; the tables of the package have all.
MOST = 200


def context(head: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """From the frozen documents alone, so that the same version reads the same."""
    episodes = [
        exceedance({"parameter": entry["parameter"], "limit": limit, "episode": row})
        for entry in found["parameters"]
        for limit in entry["limits"]
        for row in limit["episodes"]
    ]
    return {
        **document.heading(),
        "authority": head["authority"] or document.heading()["authority"],
        "authority_above": head["authority_above"]
        or document.heading()["authority_above"],
        "province": head["province"],
        "demo": head["demo"],
        "head": head,
        "found": found,
        "station": found["station"],
        "kind": str(Kind(found["station"]["kind"]).label),
        "status_title": str(Dossier.Status(head["status"]).label),
        "since": wording.moment(found["span"]["since"]),
        "until": wording.moment(found["span"]["until"]),
        "made_at": timezone.localtime(moment_of(head["made_at"])),
        "gathered_at": timezone.localtime(moment_of(found["gathered_at"])),
        "decided_on": wording.day(head["decided_on"]),
        "parameter_titles": ", ".join(map(wording.title, head["parameters"])),
        "parameters": [
            _parameter(entry, found["span"]) for entry in found["parameters"]
        ],
        "others": [_other(entry) for entry in found["others"]],
        "episodes": episodes,
        "doubts": [doubt(entry) for entry in found["doubts"]],
        "reviews": [document.review(entry) for entry in found["reviews"]],
        "changes": [document.change(entry) for entry in found["changes"]],
        "alerts": [_alert(entry) for entry in found["alerts"]],
        "files": [_file(entry) for entry in found["files"]],
        "file_count": len(found["files"]),
        "history": [_step(entry) for entry in head["history"]],
        "most": MOST,
    }


def _parameter(entry: dict[str, Any], span: dict[str, float]) -> dict[str, Any]:
    name = entry["parameter"]

    def number(value: float | None) -> str:
        return wording.number(value, name)

    over = [row for row in entry["values"] if _over(entry, row)]
    return {
        "parameter": name,
        "title": wording.title(name),
        "unit": entry["unit"],
        "instrument": entry["instrument"],
        "averaging_minutes": entry["averaging_minutes"],
        "count": len(entry["values"]),
        "mean": number(entry["mean"]),
        "largest": number(entry["largest"]),
        "largest_at": wording.moment(entry["largest_at"]),
        "least": number(entry["least"]),
        "least_at": wording.moment(entry["least_at"]),
        "limits": [_limit(limit) for limit in entry["limits"]],
        "chart": mark_safe(  # noqa: S308 - made of numbers and escaped texts
            charts.of_parameter(entry, span, number, _tick, wording.limit)
        ),
        "over": [_value(row, name) for row in over[:MOST]],
        "over_count": len(over),
    }


def _limit(limit: dict[str, Any]) -> dict[str, Any]:
    return {
        "limit": wording.limit(limit),
        "source": source_of(limit),
        "compared": limit["compared"],
        "over": limit["over"],
        "share": wording.percent(limit["over"], limit["compared"], 2),
        "episodes": len(limit["episodes"]),
    }


def _over(entry: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether the value lies in an exceedance of a limit of single values."""
    if row["value"] is None or not row.get("counts", True):
        return False
    step_s = entry["averaging_minutes"] * 60.0
    return any(
        limit["averaging_minutes"] <= entry["averaging_minutes"]
        and (
            row["value"] < limit["value"]
            if limit["direction"] == "lower"
            else row["value"] > limit["value"]
        )
        and episode["since"] + step_s / 2 < row["at"] <= episode["until"]
        for limit in entry["limits"]
        for episode in limit["episodes"]
    )


def _value(row: dict[str, Any], name: str) -> dict[str, Any]:
    mark = flag_mark(row["flag"])
    return {
        "at": wording.moment(row["at"]),
        "raw": wording.number(row["raw"], name),
        "value": wording.number(row["value"], name),
        "corrected": row["value"] != row["raw"],
        "status": str(Status(row["status"]).label),
        "flag": mark.word if mark else "",
        "file": row["file"],
        "received_at": wording.moment(row["received_at"]),
    }


def _other(entry: dict[str, Any]) -> dict[str, Any]:
    name = entry["parameter"]
    return {
        "title": wording.title(name),
        "unit": entry["unit"],
        **{
            key: wording.number(entry[key], name)
            for key in ("mean", "least", "largest")
        },
    }


def _alert(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "raised": _moment(entry["raised_at"]),
        "cleared": _moment(entry["cleared_at"]),
        "history": [
            {**row, "at": _moment(row["at"]), "what": _event(row["kind"])}
            for row in entry["history"]
        ],
    }


def _event(kind: str) -> str:
    words = {
        "alert.raised": _("Alert raised"),
        "alert.repeated": _("Alert raised again"),
        "alert.risen": _("Alert: severity raised"),
        "alert.escalated": _("Alert passed on"),
        "alert.acknowledged": _("Alert acknowledged"),
        "alert.assigned": _("Alert assigned"),
        "alert.commented": _("Comment on the alert"),
        "alert.shelved": _("Alert shelved"),
        "alert.cleared": _("Alert cleared"),
        "alert.closed": _("Alert closed"),
    }
    return words.get(kind, kind)


def _file(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "received": _moment(entry["received_at"])}


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "at": _moment(entry["at"]),
        "what": done(entry["what"]),
        "status": str(Dossier.Status(entry["status"]).label),
    }


def _moment(text: str | None) -> str:
    if text is None:
        return ""
    local = timezone.localtime(moment_of(text))
    return str(formats.date_format(local, "H:i:s d/m/Y"))


def _tick(epoch: float) -> str:
    local = timezone.localtime(datetime.fromtimestamp(epoch, UTC))
    return str(formats.date_format(local, "H:i d/m"))
