"""Events of vessels in words; a kind that is not listed is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "vms.missed": _("Report missed"),
    "vms.silent_6h": _("Silent for 6 hours"),
    "vms.silent_10d": _("Silent for 10 days at sea"),
    "vms.reported": _("Reports again"),
    "vms.retracted": _("Silence taken back: a late report came in"),
    "device.broken": _("Device declared broken"),
    "device.mended": _("Device works again"),
    "device.report_due": _("No position told for 6 hours, device broken"),
    "device.overdue": _("Not back in port within 10 days, device broken"),
    "position.told": _("Position told by people"),
    "contact.logged": _("Contact logged"),
    "vessel.beyond_began": _("Beyond the outer limit"),
    "vessel.beyond_ended": _("Back within the outer limit"),
    "crossing.beyond": _("Crossed the line outwards"),
    "crossing.back": _("Crossed the line inwards"),
    "zone.enter": _("Entered a zone"),
    "zone.exit": _("Left a zone"),
    "distress.heard": _("Distress signal"),
    "distress.ended": _("Distress signal ended"),
    "movement.encounter": _("Encounter at sea"),
    "movement.gap": _("Gap in the track"),
    "movement.loitering": _("Loitering"),
    "movement.stop": _("Stop"),
    "movement.visit": _("Port visit"),
}
