"""What people tell about duties: faults, positions by phone, outages, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import xxhash
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events
from layers.core.events import Happening
from layers.core.ingest import deliver
from layers.core.spec import by_role
from layers.vessels.flags import Flag
from layers.vessels.models import Contact, DeviceFault, Outage, Provider, Vessel
from layers.vessels.reports import Builder

from . import clock

SLUG = "vessels"
# A place told by phone is good to about a nautical mile.
TOLD_ERROR_M = 1_852.0
AHEAD = timedelta(minutes=5)
# An older time is a slip of the pen (the year), and would accuse at once.
OLDEST = timedelta(days=366)


class RefusedError(ValueError):
    """What was asked makes no sense; the text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A contact to be logged; the fields of :class:`Contact`."""

    channel: str
    outcome: str
    at: datetime | None = None
    person: str = ""
    number: str = ""
    text: str = ""
    lon: float | None = None
    lat: float | None = None
    layer: str = ""
    feature_id: int | None = None
    corrects_id: int | None = None


@transaction.atomic
def log_contact(vessel: Vessel, said: Said, user: Any) -> Contact:
    """Append an entry to the call log of a vessel.

    Raises RefusedError for a channel or outcome that does not exist, a time ahead of
    now or years ago, or a correction of an entry of another vessel.
    """
    at = said.at or timezone.now()
    if said.channel not in Contact.Channel.values:
        raise RefusedError(_("There is no such channel."))
    if said.outcome not in Contact.Outcome.values:
        raise RefusedError(_("There is no such outcome."))
    _checked_time(at)
    if (
        said.corrects_id is not None
        and not vessel.contacts.filter(pk=said.corrects_id).exists()
    ):
        raise RefusedError(_("The entry to be corrected is not one of this vessel."))
    placed = said.lon is not None and said.lat is not None
    contact = Contact.objects.create(
        vessel=vessel,
        at=at,
        user=user,
        channel=said.channel,
        person=said.person.strip()[:120],
        number=said.number.strip()[:40],
        outcome=said.outcome,
        text=said.text.strip()[:2_000],
        place=Point(*_checked(said.lon, said.lat), srid=4326) if placed else None,
        layer=said.layer,
        feature_id=said.feature_id,
        corrects_id=said.corrects_id,
    )
    _tell(vessel, "contact.logged", at, user, key=str(contact.pk), channel=said.channel)
    return contact


@transaction.atomic
def report_position(
    vessel: Vessel, lon: float, lat: float, at: datetime, user: Any, *, note: str = ""
) -> None:
    """A position told by phone or radio: stored like every other, marked as told.

    It counts for the clock of a broken device. Degrees; raises RefusedError for a
    place that is none or a time ahead of now.
    """
    _checked_time(at)
    lon, lat = _checked(lon, lat)
    builder = Builder()
    text = f"{vessel.pk} {at.isoformat()} {lon:.6f} {lat:.6f}"
    builder.add(
        key=f"manual:{vessel.pk}",
        receiver=f"user:{user.pk}",
        at=at.timestamp(),
        lon=lon,
        lat=lat,
        digest=xxhash.xxh3_64_intdigest(text.encode()) - (1 << 63),
        error_m=TOLD_ERROR_M,
        flags=int(Flag.MANUAL),
    )
    _own_device(vessel)
    deliver(by_role("vessels").slug, builder.build())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vessels_state (vessel_id, port, band, beyond, provider, step,"
            " next_step, manual_at) VALUES (%s, '', '', false, '', '', '', %s)"
            " ON CONFLICT (vessel_id) DO UPDATE SET manual_at ="
            " greatest(vessels_state.manual_at, excluded.manual_at)",
            [vessel.pk, at],
        )
    _tell(vessel, "position.told", at, user, key=text, note=note[:300])


def _own_device(vessel: Vessel) -> None:
    """The device that people's reports about a vessel are stored under."""
    from layers.core.versions import begin_change
    from layers.vessels.models import Device, Fitting

    device, made = Device.objects.get_or_create(
        key=f"manual:{vessel.pk}", defaults={"kind": Device.Kind.MANUAL}
    )
    if made:
        begin_change(SLUG)
        Fitting.objects.create(device=device, vessel=vessel)


@transaction.atomic
def declare_fault(
    vessel: Vessel,
    broken_at: datetime,
    user: Any,
    *,
    reported_by: str = "",
    channel: str = "",
    note: str = "",
) -> DeviceFault:
    """The device is broken since then; told twice, the first entry stands."""
    _checked_time(broken_at)
    known = vessel.faults.filter(mended_at=None).first()
    if known is not None:
        return known
    fault = DeviceFault.objects.create(
        vessel=vessel,
        broken_at=broken_at,
        reported_by=reported_by.strip()[:120],
        channel=channel[:20],
        note=note.strip(),
        entered_by=user,
    )
    _tell(vessel, "device.broken", broken_at, user, key=str(fault.pk))
    return fault


@transaction.atomic
def mend_fault(vessel: Vessel, mended_at: datetime, user: Any) -> DeviceFault:
    """The device works again. Raises RefusedError when it was not broken."""
    _checked_time(mended_at)
    fault = vessel.faults.select_for_update().filter(mended_at=None).first()
    if fault is None:
        raise RefusedError(_("No broken device is on record for this vessel."))
    if mended_at <= fault.broken_at:
        raise RefusedError(_("The end is before the beginning."))
    fault.mended_at = mended_at
    fault.save(update_fields=["mended_at"])
    _tell(vessel, "device.mended", mended_at, user, key=str(fault.pk))
    return fault


@transaction.atomic
def declare_outage(
    provider: Provider, began_at: datetime, user: Any, note: str = ""
) -> Outage:
    """A provider is known to be down since then; staff end it again themselves."""
    _checked_time(began_at)
    outage = (
        Outage.objects.select_for_update()
        .filter(provider=provider, ended_at=None)
        .first()
    )
    if outage is not None:
        outage.began_at = min(outage.began_at, began_at)
        outage.declared_by, outage.note = user, note.strip() or outage.note
        outage.save()
        return outage
    outage = Outage.objects.create(
        provider=provider, began_at=began_at, declared_by=user, note=note.strip()
    )
    clock.announce(outage)
    return outage


@transaction.atomic
def end_outage(outage_id: int, ended_at: datetime, user: Any) -> Outage:
    """The provider delivers again. Raises RefusedError when the outage is over."""
    _checked_time(ended_at)
    outage = (
        Outage.objects.select_for_update().filter(pk=outage_id, ended_at=None).first()
    )
    if outage is None:
        raise RefusedError(_("This outage is over already."))
    if ended_at <= outage.began_at:
        raise RefusedError(_("The end is before the beginning."))
    outage.declared_by = outage.declared_by or user
    outage.save(update_fields=["declared_by"])
    clock.end(outage, ended_at)
    return outage


def _checked_time(at: datetime) -> None:
    if at > timezone.now() + AHEAD:
        raise RefusedError(_("The time lies ahead of now."))
    if at < timezone.now() - OLDEST:
        raise RefusedError(_("The time lies more than a year back."))


def _checked(lon: float | None, lat: float | None) -> tuple[float, float]:
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise RefusedError(_("This is no place: degrees, longitude and latitude."))
    return float(lon), float(lat)


def _tell(
    vessel: Vessel, kind: str, at: datetime, user: Any, *, key: str, **new: Any
) -> None:
    events.record(
        [
            Happening(
                key=f"{kind}:{vessel.pk}:{key}",
                kind=kind,
                layer=SLUG,
                feature_id=vessel.pk,
                title=vessel.title,
                unit_id=vessel.unit_id,
                new=new,
                happened_at=at,
                actor_id=user.pk if user is not None else None,
            )
        ]
    )
