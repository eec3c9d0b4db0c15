"""What the drawer of a vessel tells: who, where, duties, papers, devices, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from layers.core import events
from layers.core.spec import by_role
from layers.vessels import flags
from layers.vessels.duties import queries as duties
from layers.vessels.layer import BANDS, CLASSES, STATUSES, STEPS
from layers.vessels.models import Contact, Fitting, LivePosition, Vessel

from . import clocks
from .asked import SOON
from .words import EVENTS

SHOWN_EVENTS = 12
SHOWN_CONTACTS = 12
WRITES = "vessels.change_vessel"
# Named in the parts of the drawer that are more than a line of title and value.
PERSONS = (("owner", "owner_phone"), ("captain", "phone"))


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence or an inspection. ``state``: good, soon, over, or unknown."""

    until: date | None
    state: str


def context(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Template context besides that of every drawer."""
    now = timezone.now()
    vessel_id, values = feature["id"], feature["properties"]
    state = duties.state_of(vessel_id)
    return {
        "now": now,
        "values": values,
        **_titles(values),
        "state": state,
        "live": _live(vessel_id),
        "clocks": clocks.of(vessel_id, now),
        "papers": {
            "licence": _paper(values.get("licence_expires"), now),
            "inspection": _paper(values.get("inspection_expires"), now),
        },
        "fittings": Fitting.objects.filter(vessel_id=vessel_id)
        .select_related("device__provider")
        .order_by("until", "device__key"),
        "outage": _outage(state),
        "happened": _happened(vessel_id),
        "contacts": duties.contacts_of(vessel_id, SHOWN_CONTACTS),
        "fault": Vessel(pk=vessel_id).faults.filter(mended_at=None).first(),
        "channels": Contact.Channel.choices,
        "outcomes": Contact.Outcome.choices,
        "phones": _phones(values),
        "personal": duties.MASK in request.grant.masks,  # type: ignore[attr-defined]
        "may_write": request.user.has_perm(WRITES),
        "local_now": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"),
        "links": _links(request, vessel_id),
    }


def _titles(values: dict[str, Any]) -> dict[str, Any]:
    """The words for what is stored as codes."""
    return {
        "class_title": dict(CLASSES).get(values.get("vessel_class") or "", ""),
        "band_title": dict(BANDS).get(values.get("band") or "", ""),
        "step_title": dict(STEPS).get(values.get("ladder_step") or "", ""),
        "status_title": dict(STATUSES).get(str(values.get("status")), ""),
        "port_word": _("In port"),
    }


def _live(vessel_id: int) -> dict[str, Any] | None:
    """Where the vessel is, with what was thought of the position."""
    found = LivePosition.objects.filter(vessel_id=vessel_id)
    row = found.select_related("receiver", "device__provider").first()
    if row is None:
        return None
    given = flags.Flag(row.flags)
    return {
        "row": row,
        "flags": [title for flag, title in flags.TITLES.items() if flag in given],
        "place": _degrees(row.lon, row.lat),
    }


def _degrees(lon: float, lat: float) -> str:
    """Degrees and minutes, as charts and radio have them: 19°47.123′N 105°46.500′E."""

    def part(value: float, positive: str, negative: str) -> str:
        minutes = round(abs(value) * 60_000)
        whole, rest = divmod(minutes, 60_000)
        letter = positive if value >= 0 else negative
        return f"{whole}°{rest / 1_000:06.3f}′{letter}"

    return f"{part(lat, 'N', 'S')} {part(lon, 'E', 'W')}"


def _paper(until: date | None, now: datetime) -> Paper:
    if until is None:
        return Paper(None, "unknown")
    left: timedelta = until - timezone.localdate(now)
    if left < timedelta(0):
        return Paper(until, "over")
    return Paper(until, "soon" if left <= SOON else "good")


def _outage(state: Any) -> Any:
    """The outage of the vessel's provider, if there is one."""
    if state is None or not state.provider:
        return None
    found = (o for o in duties.open_outages() if str(o.provider) == state.provider)
    return next(found, None)


def _happened(vessel_id: int) -> list[tuple[Any, str | Promise]]:
    log = events.log_of(by_role("vessels").slug, vessel_id, SHOWN_EVENTS)
    return [(event, EVENTS.get(event.kind, event.kind)) for event in log]


def _phones(values: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, number) of those who may be called; empty without the permission."""
    found = []
    for person, phone in PERSONS:
        if values.get(phone):
            found.append((values.get(person) or "", values[phone]))
    return found


def _links(request: HttpRequest, vessel_id: int) -> dict[str, str]:
    """Pages of other layers about this vessel, by the role of the layer."""
    slug = by_role("vessels").slug
    ways = {
        "cases": ("{page}/new/?layer={layer}&feature={id}", ".add_"),
        "recalls": ("{page}/", ".view_"),
    }
    found = {}
    for role, (way, right) in ways.items():
        try:
            layer = by_role(role)
        except LookupError:
            continue
        if request.user.has_perm(layer.permission.replace(".view_", right)):
            page = f"/{layer.slug}"
            found[role] = way.format(page=page, layer=slug, id=vessel_id)
    return found
