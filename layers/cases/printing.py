"""What the printed case file says, from a frozen version: texts, tables, the map."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.defaultfilters import floatformat
from django.utils import formats, timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.core.evidence.canonical import moment
from layers.vessels.flags import TITLES, Flag
from layers.vessels.models import Contact, Device, VesselClass

from . import chart, wording
from .choices import STEPS, Certainty, Kind, Status

MOST_PRINTED = 250
MOST_MESSAGES = 120


def context(
    head: dict[str, Any],
    document: dict[str, Any],
    sums: list[dict[str, Any]],
    *,
    personal: bool,
) -> dict[str, Any]:
    """What ``case_print.html`` needs, in the active language and time zone."""
    printed = chosen(document, MOST_PRINTED)
    entered = head["entered"]
    return {
        "language": get_language(),
        "head": head,
        "entered": entered,
        "document": document,
        "personal": personal,
        "made_at": _local(head["made_at"]),
        "gathered_at": _local(document["gathered_at"]),
        "since": _local(entered["since"]),
        "until": _local(entered["until"]),
        "decided_on": entered["decided_on"],
        "kind": Kind(entered["kind"]).label,
        "status": Status(head["status"]).label,
        "certainty": Certainty(head["certainty"]),
        "history": [_step(row) for row in head["history"]],
        "vessel": document["vessel"],
        "vessel_known_at": _local(document["vessel"]["known_at"]),
        "vessel_class": dict(VesselClass.choices).get(
            document["vessel"]["vessel_class"], ""
        ),
        "devices": [_device(row) for row in document["devices"]],
        "findings": wording.findings(head, document, _when),
        "crossings": [_crossing(row) for row in document["crossings"]],
        "gaps": _gaps(document),
        "zones": document["zones"],
        "map": mark_safe(chart.draw(document, wording.on_the_map(document, _when))),  # noqa: S308
        "fixes": [_fix(fix, document) for fix in printed],
        "fix_count": len(document["fixes"]),
        "suspect_count": sum(fix["suspect"] for fix in document["fixes"]),
        # not "messages": on pages that name is taken
        "raw_messages": _messages(document, printed),
        "message_count": len(document["raw"]),
        "contacts": [_contact(row) for row in document["contacts"]],
        "events": wording.told(document, _when),
        "outages": [_outage(row) for row in document["outages"]],
        "faults": [_fault(row) for row in document["faults"]],
        "sums": sums,
        "authority": head["authority"]
        or _("DEPARTMENT OF AGRICULTURE AND ENVIRONMENT"),
        "authority_above": head["authority_above"]
        or _("PEOPLE'S COMMITTEE OF %(province)s PROVINCE")
        % {"province": head["province"].upper()},
        "province": head["province"],
        "demo": head["demo"],
        "timezone": settings.TIME_ZONE,
    }


def _local(text: str | None) -> datetime | None:
    return timezone.localtime(moment(text)) if text else None


def _when(text: str | None) -> str:
    found = _local(text)
    return formats.date_format(found, "H:i:s d/m/Y") if found else "—"


def chosen(document: dict[str, Any], most: int) -> list[dict[str, Any]]:
    """The fixes that are printed when there are too many: the first, the last, the
    ends of silences, those beside a crossing, some suspect ones, and of the others
    every so many."""
    fixes = document["fixes"]
    if len(fixes) <= most:
        return list(fixes)
    wanted = {1, len(fixes)}
    wanted |= {gap[end] for gap in document["gaps"] for end in ("from", "to")}
    moments = {
        round(entry[end]["at"], 3)
        for entry in document["crossings"]
        for end in ("from", "to")
        if entry.get(end)
    }
    wanted |= {fix["no"] for fix in fixes if _epoch(fix) in moments}
    suspect = [fix["no"] for fix in fixes if fix["suspect"]]
    wanted |= set(suspect[: most // 5])
    room = max(1, most - len(wanted))
    step = -(-len(fixes) // room)
    wanted |= {fix["no"] for fix in fixes if fix["no"] % step == 0}
    return [fix for fix in fixes if fix["no"] in wanted]


def _epoch(fix: dict[str, Any]) -> float:
    return round(moment(fix["at"]).timestamp(), 3)


def _fix(fix: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    keys = {row["device_id"]: row["key"] for row in document["devices"]}
    return {
        **fix,
        "when": _when(fix["at"]),
        "place": position(fix["lon"], fix["lat"]),
        "device": keys.get(fix["device_id"], ""),
        "speed": _number(fix["speed_kn"], 1),
        "course": _number(fix["course_deg"], 0),
        "error": _number(fix["error_m"], 0),
        "judged": ", ".join(str(TITLES[flag]) for flag in Flag if flag & fix["flags"]),
        "raw": f"{fix['batch_id']}/{fix['line_no']}" if fix["batch_id"] else "—",
    }


def _number(value: float | None, digits: int) -> str:
    return "—" if value is None else str(floatformat(value, digits))


def position(lon: float, lat: float) -> str:
    """Degrees and minutes to a thousandth, as on charts: 19°48.120'N 105°56.400'E."""
    return f"{_dm(lat, 'N', 'S', 2)} {_dm(lon, 'E', 'W', 3)}"


def _dm(value: float, plus: str, minus: str, width: int) -> str:
    thousandths = round(abs(value) * 60_000)
    whole, rest = divmod(thousandths, 60_000)
    return f"{whole:0{width}d}°{rest / 1_000:06.3f}'{plus if value >= 0 else minus}"


def _device(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "kind": dict(Device.Kind.choices).get(row["kind"], row["kind"]),
        "from": _local(row["since"]),
        "to": _local(row["until"]),
    }


def _crossing(row: dict[str, Any]) -> dict[str, Any]:
    def end(name: str) -> dict[str, Any] | None:
        fix = row.get(name)
        if not fix:
            return None
        when = timezone.localtime(datetime.fromtimestamp(fix["at"], UTC))
        return {
            "when": formats.date_format(when, "H:i:s d/m/Y"),
            "place": position(fix["lon"], fix["lat"]),
        }

    return {
        **row,
        "t1": end("from"),
        "t2": end("to"),
        "least_km": _number(row["beyond_least_m"] / 1_000, 2),
        "most_km": _number(row["beyond_most_m"] / 1_000, 2),
        "proven": row["certainty"] == "proven",
    }


def _gaps(document: dict[str, Any]) -> list[dict[str, Any]]:
    fixes = {fix["no"]: fix for fix in document["fixes"]}
    keys = {row["device_id"]: row["key"] for row in document["devices"]}
    return [
        {
            **gap,
            "device": keys.get(gap["device_id"], ""),
            "begins": _fix(fixes[gap["from"]], document),
            "ends": _fix(fixes[gap["to"]], document),
            "long": _number(gap["hours"], 1),
        }
        for gap in document["gaps"]
    ]


def _messages(
    document: dict[str, Any], printed: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Raw messages of printed fixes, with the numbers of the fixes they prove."""
    proves: dict[tuple[int, int], int] = {
        (fix["batch_id"], fix["line_no"]): fix["no"] for fix in document["fixes"]
    }
    wanted = {(fix["batch_id"], fix["line_no"]) for fix in printed}
    rows = [
        line
        for line in document["raw"]
        if (line["batch_id"], line["line_no"]) in wanted
    ]
    every = -(-len(rows) // MOST_MESSAGES) if rows else 1
    found = []
    for line in rows[::every]:
        parts = [line, *line.get("others", ())]
        found.append(
            {
                **line,
                "fix": proves.get((line["batch_id"], line["line_no"]), "—"),
                "received": _when(line["received_at"]),
                "parts": parts,
            }
        )
    return found


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "when": _when(row["at"]),
        "channel": dict(Contact.Channel.choices).get(row["channel"], row["channel"]),
        "outcome": dict(Contact.Outcome.choices).get(row["outcome"], row["outcome"]),
        "place": "" if row["lon"] is None else position(row["lon"], row["lat"]),
    }


def _outage(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "from": _when(row["began_at"]), "to": _when(row["ended_at"])}


def _fault(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "from": _when(row["broken_at"]), "to": _when(row["mended_at"])}


def _step(row: dict[str, Any]) -> dict[str, Any]:
    titles = {
        "new": _("Case file started"),
        "correct": _("Corrected"),
        "gather": _("Evidence gathered again"),
    }
    step = STEPS.get(row["what"])
    return {
        **row,
        "when": _when(row["at"]),
        "title": step.title if step else titles.get(row["what"], row["what"]),
        "status": Status(row["status"]).label,
    }
