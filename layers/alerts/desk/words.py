"""Words of the desk, and what acting on alerts needs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Who has it acts on alerts, hands over, and switches alerts off for a time.
PERMISSION = "alerts.change_alert"

EVENT_TITLES = {
    "alert.raised": _("Raised"),
    "alert.repeated": _("Raised again"),
    "alert.proven": _("Proven"),
    "alert.risen": _("Graver"),
    "alert.realarmed": _("Wants to be seen again"),
    "alert.cleared": _("Cleared"),
    "alert.acknowledged": _("Acknowledged"),
    "alert.shelved": _("Shelved"),
    "alert.unshelved": _("Back from the shelf"),
    "alert.suppressed": _("Suppressed"),
    "alert.unsuppressed": _("No longer suppressed"),
    "alert.escalated": _("Escalated"),
    "alert.assigned": _("Assigned"),
    "alert.commented": _("Note"),
    "alert.closed": _("Closed"),
}

# Names in evidence and parameters, with the unit where there is one.
EVIDENCE_TITLES = {
    "at": _("Time"),
    "value": _("Value"),
    "limit": _("Limit"),
    "field": _("Field"),
    "part": _("Part"),
    "direction": _("Direction"),
    "deadband": _("Dead band"),
    "fixes": _("Observations in a row"),
    "minutes": _("Minutes"),
    "until_minutes": _("At most, minutes"),
    "dwell_minutes": _("Stay, minutes"),
    "hysteresis_m": _("Hysteresis, m"),
    "tolerance_m": _("Tolerance, m"),
    "speed_min_kn": _("Speed from, kn"),
    "speed_max_kn": _("Speed to, kn"),
    "max_speed_kn": _("Greatest speed, kn"),
    "speed_kn": _("Speed, kn"),
    "distance_m": _("Distance, m"),
    "count": _("Count"),
    "on": _("When"),
    "possible": _("Possible"),
    "possible_severity": _("Severity when possible"),
    "began": _("Begins with"),
    "ended": _("Ends with"),
    "withdrawn": _("Withdrawn by"),
    "lasts_minutes": _("Lasts, minutes"),
    "from": _("From"),
    "to": _("To"),
    "rate": _("Rate"),
    "per_hour": _("Per hour"),
    "expected": _("Expected"),
    "plan": _("Plan"),
    "reached_at": _("Reached"),
    "last_at": _("Newest observation"),
    "before_at": _("Observation before"),
    "lon": _("Longitude, degrees"),
    "lat": _("Latitude, degrees"),
    "unit": _("Unit"),
    "parameter": _("Parameter"),
    "averaging": _("Averaging"),
    "ratio": _("Value against limit"),
    "legal_source": _("Legal source"),
    "permit": _("Permit"),
    "level_m": _("Water level, m"),
    "limit_m": _("Alarm level, m"),
}
