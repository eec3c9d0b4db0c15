"""The devices that a register names, fitted to its boats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from layers.vessels import fitting
from layers.vessels.fitting import Wish
from layers.vessels.models import Device, Fitting, Provider

from . import conflicts
from .planning import Change

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class _Named:
    """A device of the file, for which vessel, and whether it says that it counts."""

    key: str
    vessel: int
    provider: str = ""
    counted: bool | None = None

    @property
    def vms(self) -> bool:
        return self.key.startswith("vms:")


def fit_devices(taken: list[Change], day: date, source: str, by: Any) -> None:
    """Fit what the rows name. Call it inside a transaction, with the layer locked.

    A device of another vessel of the register, or one heard in several places at
    once, moves only by hand: it goes onto the list of conflicts.
    """
    named = [entry for change in taken for entry in _named(change)]
    providers = _providers(taken)
    known = _devices([entry.key for entry in named])
    fresh = [entry for entry in named if entry.key not in known]
    made = _make(fresh, providers)
    old_vms = _open_vms([entry.vessel for entry in named if entry.vms])
    start = timezone.make_aware(datetime.combine(day, time.min))
    simple = [e for e in fresh if not (e.vms and old_vms.get(e.vessel))]
    _fit_new(simple, made)
    done = {entry.key for entry in simple}
    ids = {key: device.pk for key, device in (known | made).items()}
    held = _held(list(known.values()))
    wishes = []
    for entry in named:
        if entry.key in done:
            continue
        mine, doubt = held.get(ids[entry.key], (None, False))
        if mine == entry.vessel:
            if entry.counted:
                fitting.count((known | made)[entry.key], actor=by, reason=source)
        elif doubt:
            conflicts.claimed(ids[entry.key], mine, entry.vessel)
        else:
            after = old_vms.get(entry.vessel) if entry.vms else None
            wishes.append(_wish(entry, ids[entry.key], start if after else None))
    fitting.fit_many(wishes, actor=by, reason=source)
    _release(taken, ids, old_vms, start, source, by)


def _named(change: Change) -> list[_Named]:
    boat, vessel = change.boat, change.vessel.pk
    found = [
        _Named(unit.key, vessel, unit.provider, unit.counted) for unit in boat.devices
    ]
    if boat.facts.get("mmsi"):
        found.append(_Named(f"mmsi:{boat.facts['mmsi']}", vessel))
    return found


def _wish(entry: _Named, device_id: int, since: datetime | None) -> Wish:
    return Wish(
        device=device_id,
        vessel=entry.vessel,
        since=since,
        basis=Fitting.Basis.REGISTER,
        counted=entry.counted,
    )


def _providers(taken: list[Change]) -> dict[str, Provider]:
    """Providers by code; new ones are made."""
    wanted = {
        unit.code: unit.provider for change in taken for unit in change.boat.devices
    }
    known = Provider.objects.in_bulk(list(wanted), field_name="code")
    for code, title in wanted.items():
        if code not in known:
            known[code] = Provider.objects.create(code=code, title=title)
    return known


def _devices(keys: list[str]) -> dict[str, Device]:
    return {device.key: device for device in Device.objects.filter(key__in=keys)}


def _make(fresh: list[_Named], providers: dict[str, Provider]) -> dict[str, Device]:
    made = Device.objects.bulk_create(
        [
            Device(
                key=entry.key,
                kind=Device.Kind.VMS if entry.vms else Device.Kind.AIS,
                provider=providers[entry.key.split(":")[1]] if entry.vms else None,
            )
            for entry in fresh
        ],
        batch_size=BATCH,
    )
    return {device.key: device for device in made}


def _open_vms(vessels: list[int]) -> dict[int, list[int]]:
    """Vessel -> VMS devices fitted now."""
    found: dict[int, list[int]] = {}
    rows = Fitting.objects.filter(vessel__in=vessels, vms=True, until__isnull=True)
    for vessel, device in rows.values_list("vessel_id", "device_id"):
        found.setdefault(vessel, []).append(device)
    return found


def _held(known: list[Device]) -> dict[int, tuple[int, bool]]:
    """Device -> (vessel now, True if it cannot be taken from it without asking)."""
    rows = Fitting.objects.filter(device__in=known, until__isnull=True)
    found: dict[int, tuple[int, bool]] = {}
    for device, branch, vessel, registered in rows.order_by("-branch").values_list(
        "device_id", "branch", "vessel_id", "vessel__registered"
    ):
        several = device in found or branch > 0
        found[device] = vessel, several or registered
    return found


def _fit_new(simple: list[_Named], made: dict[str, Device]) -> None:
    """Devices that nobody ever heard need nothing but the fitting itself."""
    by_vessel: dict[int, list[_Named]] = {}
    for entry in simple:
        if entry.vms:
            by_vessel.setdefault(entry.vessel, []).append(entry)
    counting = {
        max(units, key=lambda unit: (unit.counted is True, unit.counted is None)).key
        if len(units) > 1
        else units[0].key
        for units in by_vessel.values()
    }
    Fitting.objects.bulk_create(
        [
            Fitting(
                device=made[entry.key],
                vessel_id=entry.vessel,
                counted=not entry.vms or entry.key in counting,
            )
            for entry in simple
        ],
        batch_size=BATCH,
    )


def _release(
    taken: list[Change],
    ids: dict[str, int],
    old_vms: dict[int, list[int]],
    start: datetime,
    source: str,
    by: Any,
) -> None:
    """A VMS device that its boat's row names no more was taken off."""
    for change in taken:
        kept = {ids[unit.key] for unit in change.boat.devices}
        if not kept:
            continue
        for device_id in old_vms.get(change.vessel.pk, []):
            if device_id not in kept:
                fitting.release(device_id, start, actor=by, reason=source)
