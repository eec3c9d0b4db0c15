"""From the key of a device to the vessel it speaks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from layers.core.versions import current

from .models import Device, Vessel, VesselClass

SLUG = "vessels"
AIS_SOURCE = "ais"


@dataclass(frozen=True, slots=True)
class Known:
    """What rules and live rows need of a vessel."""

    vessel_id: int
    unit_id: int | None
    title: str


class Directory:
    """Device keys known to this process; asks the database for the others.

    Belongs to the process that holds the layer's writer lock, so two processes
    never invent the same vessel. ``epoch`` of the layer grows when somebody moves
    a device to another vessel: then everything is asked again.
    """

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._epoch = -1

    def resolve(self, keys: dict[str, str]) -> dict[str, Known]:
        """``keys``: device key -> vessel class to give a vessel never heard of."""
        epoch = current(SLUG)[1]
        if epoch != self._epoch:
            self._known.clear()
            self._epoch = epoch
        missing = [key for key in keys if key not in self._known]
        if not missing:
            return self._known
        found = _read(missing)
        unheard = {key: keys[key] for key in missing if key not in found}
        if unheard:
            _invent(unheard)
            found |= _read(list(unheard))
        # Remembered once committed: a transaction that fails takes its vessels along.
        transaction.on_commit(lambda: self._known.update(found))
        return {key: found.get(key) or self._known[key] for key in keys}

    def forget(self) -> None:
        self._known.clear()
        self._epoch = -1


def _read(keys: list[str]) -> dict[str, Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.key, v.id, v.unit_id, v.title FROM vessels_device d"
            " JOIN vessels_vessel v ON v.id = d.vessel_id WHERE d.key = ANY(%s)",
            [keys],
        )
        return {key: Known(*rest) for key, *rest in cursor.fetchall()}


def _invent(keys: dict[str, str]) -> None:
    """A vessel for each device that no register knows."""
    vessels = [
        Vessel(
            source=AIS_SOURCE,
            external_id=key,
            title=key.partition(":")[2] or key,
            mmsi=key[5:] if key.startswith("mmsi:") else "",
            vessel_class=vessel_class or VesselClass.OTHER,
        )
        for key, vessel_class in keys.items()
    ]
    Vessel.objects.bulk_create(vessels, batch_size=1_000)
    Device.objects.bulk_create(
        [
            Device(key=key, vessel=vessel)
            for key, vessel in zip(keys, vessels, strict=True)
        ],
        batch_size=1_000,
    )


directory = Directory()
