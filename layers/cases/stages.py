"""What a case file needs of others: days that are not forgotten, a link to open one."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest

from layers.core.drawer import Link, Linker, linkers
from layers.core.spec import Layer
from layers.vessels.retention import Held, Holder, holders

SLUG = "cases"


def held() -> Iterator[Held]:
    """The days of every case that is not closed, with the fixes around them."""
    from .choices import Status
    from .gathering import AROUND
    from .models import Case

    rows = Case.objects.exclude(status=Status.CLOSED).order_by("pk")
    for case in rows.only("number", "since", "until"):
        yield Held(case.since - AROUND, case.until + AROUND, f"case {case.number}")


def link(request: HttpRequest, layer: Layer, feature_id: int) -> Link | None:
    """“Open a case file” in the drawer of a vessel or of an alert about one."""
    from .suggesting import link_to

    return link_to(request, layer, feature_id)


holders.register(Holder(SLUG, 50, held))
linkers.register(Linker(SLUG, 50, link))
