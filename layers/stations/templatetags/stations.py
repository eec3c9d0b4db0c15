"""Small parts of the pages of stations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from layers.stations.pages.flags import flag_mark
from layers.stations.pages.lines import figure

register = template.Library()
MINUTE, HOUR, DAY = 60, 3_600, 86_400
WORDS = {1: "↑", -1: "↓", 0: "→"}


@register.simple_tag
def trend(direction: int | None) -> SafeString | str:
    """An arrow with its word; nothing where no trend is known."""
    if direction not in WORDS:
        return ""
    word = {1: _("rising"), -1: _("falling"), 0: _("steady")}[direction]
    return format_html(
        ' <span class="st-trend" role="img" aria-label="{}" title="{}">{}</span>',
        word,
        word,
        WORDS[direction],
    )


@register.simple_tag
def disc(colour: str) -> SafeString:
    """The legal colour of a band; the word beside it says the same."""
    return format_html(
        '<svg class="st-disc" viewBox="0 0 12 12" aria-hidden="true">'
        '<circle cx="6" cy="6" r="5" fill="{}" stroke="currentColor"'
        ' stroke-opacity="0.5"/></svg>',
        colour,
    )


@register.filter
def age(at: datetime, now: datetime | None = None) -> str:
    """How long ago as one number and one unit."""
    seconds = max(0, int(((now or timezone.now()) - at).total_seconds()))
    if seconds < HOUR:
        return _("%(n)d min") % {"n": seconds // MINUTE}
    if seconds < 2 * DAY:
        return _("%(n)d h") % {"n": seconds // HOUR}
    return _("%(n)d d") % {"n": seconds // DAY}


@register.filter
def percent(share: Any) -> str:
    """A share (0 to 1) in hundredths, with one decimal."""
    return "—" if share is None else figure(float(share) * 100, 1)


@register.filter
def km(value: float) -> str:
    """A distance with one decimal, in the active language."""
    return figure(value, 1)


@register.simple_tag
def flagword(flag: int) -> str:
    """The word of a QARTOD flag."""
    mark = flag_mark(flag)
    return mark.word if mark else str(flag)
