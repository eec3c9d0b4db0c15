"""The words in which people are told of an alert, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.core.delivery import moment

from .models import Alert


def subject(alert: Alert) -> str:
    """Severity, rule, feature; in the active language."""
    part = f" ({alert.part_title or alert.part})" if alert.part else ""
    return (
        f"[{alert.get_severity_display()}] {alert.rule.shown_title}:"
        f" {alert.feature_title}{part}"
    )


def short(alert: Alert) -> str:
    """For locked screens: no names, no places."""
    return _("An alert of severity “%(severity)s” waits for you.") % {
        "severity": alert.get_severity_display()
    }


def body(alert: Alert, number: int) -> str:
    """What happened, where, since when, what to do first."""
    at = moment(alert.raised_at)
    lines = [_("Raised: %(at)s") % {"at": at}]
    if alert.zone_title:
        lines.append(_("Zone: %(zone)s") % {"zone": alert.zone_title})
    if alert.geom is not None:
        centre = alert.geom.centroid
        place = f"{centre.y:.4f} N, {centre.x:.4f} E"
        lines.append(_("Position: %(place)s (WGS 84)") % {"place": place})
    if alert.rule.instruction:
        lines.append(_("First: %(what)s") % {"what": alert.rule.instruction})
    if number:
        lines.append(
            _("Nobody has acknowledged it so far: level %(n)s of escalation.")
            % {"n": number + 1}
        )
    return "\n".join(lines)
