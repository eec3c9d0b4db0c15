"""Sentences of the printed case file: what is shown, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from .choices import Kind
from .findings import HOURS, VMS
from .mapping import shown

MOST_EVENTS = 60
Show = Callable[[str | None], str]

EVENT_TITLES: dict[str, Promise] = {
    "vms.missed": gettext_lazy("A position report was missed"),
    "vms.silent_6h": gettext_lazy("No position for 6 hours"),
    "vms.silent_10d": gettext_lazy("No position for 10 days at sea"),
    "vms.reported": gettext_lazy("Reports again"),
    "vms.retracted": gettext_lazy("The silence was withdrawn"),
    "device.broken": gettext_lazy("Device reported as broken"),
    "device.mended": gettext_lazy("Device works again"),
    "device.report_due": gettext_lazy("Report by other means is due"),
    "device.overdue": gettext_lazy("Not back in port in time"),
    "position.told": gettext_lazy("Position told by people"),
    "contact.logged": gettext_lazy("Contact entered in the call log"),
    "crossing.beyond": gettext_lazy("Beyond the line (proven)"),
    "crossing.back": gettext_lazy("Back from beyond the line"),
    "crossing.possible": gettext_lazy("May have been beyond the line"),
    "zone.enter": gettext_lazy("Entered the zone"),
    "zone.exit": gettext_lazy("Left the zone"),
    "zone.dwell": gettext_lazy("Stayed in the zone"),
    "alert.raised": gettext_lazy("Alert raised"),
    "alert.repeated": gettext_lazy("Alert raised again"),
    "alert.proven": gettext_lazy("Alert: proven"),
    "alert.realarmed": gettext_lazy("Alert wants to be seen again"),
    "alert.cleared": gettext_lazy("Alert cleared"),
    "alert.acknowledged": gettext_lazy("Alert acknowledged"),
    "alert.closed": gettext_lazy("Alert closed"),
}


def told(document: dict[str, Any], show: Show) -> list[dict[str, Any]]:
    """Events as lines of a table, oldest first."""
    found = []
    for row in document["events"][:MOST_EVENTS]:
        title = EVENT_TITLES.get(row["kind"])
        new = row["new"] or {}
        found.append({
            "when": show(row["happened_at"]),
            "known": show(row["known_at"]),
            "title": str(title) if title else row["kind"],
            "about": new.get("zone") or "",
            "by": row["by"],
        })  # fmt: skip
    return found


def findings(head: dict[str, Any], document: dict[str, Any], show: Show) -> list[str]:
    """What the data show, each sentence with its limits."""
    kind = head["entered"]["kind"]
    found = []
    if kind in HOURS:
        found += _silence(HOURS[Kind(kind)], document, show)
    elif kind == Kind.BEYOND:
        found += _beyond(document)
    else:
        found.append(
            _(
                "The data alone do not decide this violation: they show where the"
                " vessel was and when, not what was done on board."
            )
        )
    return found + _limits(document, show)


def _beyond(document: dict[str, Any]) -> list[str]:
    rows = document["crossings"]
    if not rows:
        return [
            _(
                "No rule has recorded a crossing in this time; the positions and the"
                " line are on the map."
            )
        ]
    found = []
    if any(row["certainty"] == "proven" for row in rows):
        found.append(
            _(
                "Proven: at the time t2 a position lies beyond the line by more than"
                " its error."
            )
        )
    if any(row["certainty"] != "proven" for row in rows):
        found.append(
            _(
                "Possible, not proven: no position lies beyond by more than its error;"
                " the way between two positions may have led there."
            )
        )
    found.append(
        _(
            "When exactly the line was crossed is not known: it was between t1 and t2."
            " “At most” is what could be reached between them at the greatest speed"
            " stated."
        )
    )
    return found


def _silence(hours: float, document: dict[str, Any], show: Show) -> list[str]:
    keys = {row["device_id"]: row for row in document["devices"]}
    fixes = {fix["no"]: fix for fix in document["fixes"]}
    found = []
    for gap in document["gaps"]:
        if gap["hours"] <= hours:
            continue
        device = keys.get(gap["device_id"], {})
        found.append(
            _(
                "Device %(device)s: no credible position between %(from)s and"
                " %(to)s, %(hours)s hours; the limit is %(limit)g hours."
            )
            % {
                "device": device.get("key", "—"),
                "from": show(fixes[gap["from"]]["at"]),
                "to": show(fixes[gap["to"]]["at"]),
                "hours": f"{gap['hours']:.1f}",
                "limit": hours,
            }
        )
    if not found:
        found.append(
            _(
                "Between two positions in this time there is no silence longer than"
                " %(limit)g hours; at its end the silence may go on."
            )
            % {"limit": hours}
        )
    if not any(row["kind"] == VMS for row in document["devices"]):
        found.append(
            _(
                "No monitoring device (VMS) is on record for the vessel: silence of AIS"
                " alone proves no violation of the duty to report."
            )
        )
    return found


def _limits(document: dict[str, Any], show: Show) -> list[str]:
    """What speaks against, or makes it less sure."""
    found = []
    for row in document["outages"]:
        found.append(
            _(
                "The provider %(provider)s did not deliver from %(from)s to %(to)s:"
                " silence in that time proves nothing."
            )
            % {
                "provider": row["provider"],
                "from": show(row["began_at"]),
                "to": show(row["ended_at"]),
            }
        )
    for row in document["faults"]:
        found.append(
            _("The device was reported as broken on %(at)s (known since %(known)s).")
            % {"at": show(row["broken_at"]), "known": show(row["known_at"])}
        )
    suspect = sum(fix["suspect"] for fix in document["fixes"])
    if suspect:
        found.append(
            _(
                "%(count)s positions are not believed (impossible jumps, on land, wrong"
                " time); they are kept, marked, and not used for any finding."
            )
            % {"count": suspect}
        )
    if any(row["branch"] for row in document["devices"]):
        found.append(
            _("More than one vessel has used the identity of a device in this list.")
        )
    if document["raw_missing"]:
        found.append(
            _(
                "For %(count)s positions the raw message is not kept (handed in as a"
                " table, told by people, or older than raw data are kept)."
            )
            % {"count": document["raw_missing"]}
        )
    if document["vessel"]["later"]:
        found.append(_("The register entry was made after this time."))
    if any(zone["schematic"] for zone in document["zones"]):
        found.append(
            _(
                "The zone is schematic: it stands in for the official coordinates and"
                " is no proof of the line."
            )
        )
    return found


def on_the_map(document: dict[str, Any], show: Show) -> dict[str, str]:
    """Words on the map."""
    credible = shown(document["fixes"])
    first = show(credible[0]["at"]) if credible else ""
    last = show(credible[-1]["at"]) if credible else ""
    return {
        "first": _("first %(at)s") % {"at": first},
        "last": _("last %(at)s") % {"at": last},
        "nm": _("nautical miles"),
        "north": pgettext("compass", "N"),
    }
