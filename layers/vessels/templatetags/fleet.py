"""Template filter of the fleet's pages: how long something has lasted."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

register = template.Library()
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@register.filter
def lasting(since: datetime | None, until: datetime) -> str:
    """The time between two moments in its two largest units: 11 d 14 h, 3 h 05 min."""
    if since is None:
        return ""
    seconds = int(abs((until - since).total_seconds()))
    days, rest = divmod(seconds, DAY)
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        spoken = {"hours": hours, "minutes": f"{minutes:02}"}
        return _("%(hours)s h %(minutes)s min") % spoken
    return _("%(n)s min") % {"n": minutes}
