"""Units of measure of the catalogue, named so that they can be translated.

They are data: one that is missing here is shown as it is written.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

MEASURES = (
    gettext_noop("% yoy"),
    gettext_noop("bn VND"),
    gettext_noop("bn VND; % yoy"),
    gettext_noop("mn USD"),
    gettext_noop("count"),
    gettext_noop("count;%"),
    gettext_noop("thousand visits; bn VND"),
    gettext_noop("M visits"),
    gettext_noop("thousand t"),
    gettext_noop("t"),
    gettext_noop("hours"),
    gettext_noop("minutes"),
    gettext_noop("points/10"),
    gettext_noop("points/100"),
    gettext_noop("rank/63"),
    gettext_noop("of 63"),
    gettext_noop("of 63 (score 0.4880)"),
    gettext_noop("index"),
    gettext_noop("beds"),
    gettext_noop("doctors"),
    gettext_noop("ratio"),
    gettext_noop("cases"),
)
