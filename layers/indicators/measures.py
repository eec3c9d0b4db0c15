"""Units of measure and parts of the catalogue, named so that they can be translated.

They are data: one that is missing here is shown as it is written.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

MEASURES = (
    gettext_noop("% yoy"),
    gettext_noop("bn VND"),
    gettext_noop("bn VND; % yoy"),
    gettext_noop("mn USD"),
    gettext_noop("mn VND/person"),
    gettext_noop("people"),
    gettext_noop("people/km2"),
    gettext_noop("km2"),
    gettext_noop("count"),
    gettext_noop("count;%"),
    gettext_noop("thousand visits"),
    gettext_noop("thousand visits; bn VND"),
    gettext_noop("thousand t"),
    gettext_noop("t"),
    gettext_noop("hours"),
    gettext_noop("minutes"),
    gettext_noop("points/10"),
    gettext_noop("points/100"),
    gettext_noop("rank/63"),
    gettext_noop("index"),
    gettext_noop("beds"),
    gettext_noop("doctors"),
    gettext_noop("ratio"),
)
PARTS = (
    gettext_noop("GRDP share industry-construction"),
    gettext_noop("GRDP share services"),
    gettext_noop("GRDP share agriculture"),
    gettext_noop("GRDP share product taxes"),
    gettext_noop("FDI registered"),
    gettext_noop("FDI implemented"),
    gettext_noop("Tourist arrivals"),
    gettext_noop("Tourism revenue"),
    gettext_noop("DTI rank"),
    gettext_noop("PAPI rank"),
    gettext_noop("PAR INDEX rank"),
    gettext_noop("SIPAS rank"),
    gettext_noop("PCI rank"),
    gettext_noop("PII rank"),
    gettext_noop("dust"),
    gettext_noop("rain in 1 hour"),
    gettext_noop("rain in 24 hours"),
    gettext_noop("dengue"),
    gettext_noop("hand-foot-mouth"),
    gettext_noop("measles"),
    gettext_noop("outpatient visits"),
    gettext_noop("inpatients"),
    gettext_noop("schools"),
    gettext_noop("classes"),
    gettext_noop("pupils"),
    gettext_noop("teachers"),
    gettext_noop("mathematics"),
    gettext_noop("literature"),
    gettext_noop("foreign language"),
    gettext_noop("primary pupils per class"),
    gettext_noop("secondary pupils per class"),
)
