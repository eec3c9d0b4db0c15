"""From the key of a device and the branch of its track to the vessel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np
from django.db import connection, transaction

from layers.core.copyin import moments
from layers.core.ingest import Floats, Ints
from layers.core.versions import current

from .ingest.inserting import insert_many
from .models import Device, Fitting, Vessel, VesselClass

SLUG = "vessels"
AIS_SOURCE = "ais"
SQL = Path(__file__).parent / "sql"
KINDS = {"mmsi": Device.Kind.AIS, "vms": Device.Kind.VMS, "manual": Device.Kind.MANUAL}


# Digits before the three of the country (ITU-R M.585): ships none; coast stations,
# groups, handheld radios, aircraft, craft of a ship, aids to navigation.
_COUNTRY = re.compile(r"mmsi:(?:00|0|8|111|98|99)?(2\d\d|[3-6]\d\d|7[0-7]\d)\d*")
# Distress beacons: 970 search and rescue transmitters, 972 man overboard, 974 EPIRB.
_BEACON = re.compile(r"mmsi:97[024]\d{6}")


def possible(key: str) -> bool:
    """Whether a device key can be right: an MMSI needs nine digits and a country."""
    if not key.startswith("mmsi:"):
        return True
    if len(key) != len("mmsi:") + 9:
        return False
    if _BEACON.fullmatch(key):
        return True
    found = _COUNTRY.fullmatch(key)
    return found is not None and 201 <= int(found[1]) <= 775


@dataclass(frozen=True, slots=True)
class Known:
    """The vessel that a branch of a device speaks for, from ``since`` to ``until``.

    Epoch seconds, infinite where open; ``until`` itself is the next one's. ``pace``:
    "aircraft", "fishing" (by the register) or "", for what speed is possible.
    """

    vessel_id: int
    unit_id: int | None
    title: str
    vessel_class: str = ""
    kind: str = Device.Kind.AIS
    counted: bool = True
    since: float = -inf
    until: float = inf
    pace: str = ""


class Directory:
    """Devices, fittings and receivers known to this process.

    Asks the database for the others, and invents a vessel for who is heard first.
    Belongs to the process that holds the layer's writer lock, so two processes
    never invent the same vessel. ``epoch`` of the layer grows when somebody moves
    a device to another vessel: then everything is asked again.
    """

    def __init__(self) -> None:
        self._devices: dict[str, int] = {}
        self._fitted: dict[int, dict[int, list[Known]]] = {}
        self._receivers: dict[str, int] = {}
        self._epoch = -1

    def forget(self) -> None:
        self._devices.clear()
        self._fitted.clear()
        self._receivers.clear()
        self._epoch = -1

    def drop(self, device_ids: Iterable[int]) -> None:
        """Ask anew whom these devices speak for: what they are called has changed."""
        for id in device_ids:
            self._fitted.pop(id, None)

    def devices(self, keys: Sequence[str]) -> dict[str, int]:
        """Device ids by key; devices never heard of are made."""
        epoch = current(SLUG)[1]
        if epoch != self._epoch:
            self.forget()
            self._epoch = epoch
        missing = [key for key in keys if key not in self._devices]
        if not missing:
            return self._devices
        found = _read_devices(missing)
        unheard = [key for key in dict.fromkeys(missing) if key not in found]
        if unheard:
            _make_devices(unheard)
            found |= _read_devices(unheard)
        # Remembered once committed: a transaction that fails takes its rows along.
        transaction.on_commit(lambda: self._devices.update(found))
        return self._devices | found

    def receivers(self, names: Sequence[str]) -> dict[str, int]:
        """Receiver ids by name; new ones are made."""
        missing = [name for name in names if name not in self._receivers]
        if not missing:
            return self._receivers
        with connection.cursor() as cursor:
            cursor.execute((SQL / "receivers.sql").read_text(), [missing, missing])
            found = dict(cursor.fetchall())
        transaction.on_commit(lambda: self._receivers.update(found))
        return self._receivers | found

    def fitted(self, device_ids: Iterable[int]) -> dict[int, dict[int, list[Known]]]:
        """device id -> branch -> whose it was, in order of time."""
        missing = [id for id in device_ids if id not in self._fitted]
        if not missing:
            return self._fitted
        found = _read_fittings(missing)
        transaction.on_commit(lambda: self._fitted.update(found))
        return self._fitted | found

    def vessels(
        self, device_id: Ints, branch: Ints, at: Floats, classes: dict[int, str]
    ) -> tuple[Ints, list[Known]]:
        """Whom n fixes belong to: index into the list that comes second.

        ``classes``: device id -> vessel class to give a vessel never heard of.
        """
        entries, index, lost = self._look_up(device_id, branch, at)
        stale = [id for id in np.unique(device_id[lost]).tolist() if id in self._fitted]
        if stale:
            # another process may have invented them since this one asked
            self.drop(stale)
            entries, index, lost = self._look_up(device_id, branch, at)
        if len(lost):
            unheard = np.unique(device_id[lost]).tolist()
            fitted = self.fitted(unheard)
            _invent(device_id[lost], branch[lost], at[lost], classes, fitted)
            for id in unheard:
                self._fitted.pop(id, None)
            entries, index, lost = self._look_up(device_id, branch, at)
        return index, entries

    def _look_up(
        self, device_id: Ints, branch: Ints, at: Floats
    ) -> tuple[list[Known], Ints, Ints]:
        pairs, spot = np.unique((device_id << 15) | branch, return_inverse=True)
        fitted = self.fitted(np.unique(device_id).tolist())
        entries: list[Known] = []
        first = np.zeros(len(pairs), np.int64)
        several: list[tuple[int, int, list[Known]]] = []
        for row, pair in enumerate(pairs.tolist()):
            known = fitted[pair >> 15].get(pair & 0x7FFF, [])
            first[row] = len(entries) if known else -1
            if len(known) != 1 or known[0].since > -inf or known[0].until < inf:
                several.append((row, len(entries), known))
            entries += known
        index = first[spot]
        for row, start, known in several:
            mine = np.flatnonzero(spot == row)
            index[mine] = -1
            for number, entry in enumerate(known):
                within = (at[mine] >= entry.since) & (at[mine] < entry.until)
                index[mine[within]] = start + number
        return entries, index, np.flatnonzero(index < 0)


def _read_devices(keys: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, id FROM vessels_device WHERE key = ANY(%s)", [keys])
        return dict(cursor.fetchall())


def _read_fittings(device_ids: list[int]) -> dict[int, dict[int, list[Known]]]:
    found: dict[int, dict[int, list[Known]]] = {id: {} for id in device_ids}
    with connection.cursor() as cursor:
        cursor.execute((SQL / "fittings.sql").read_text(), [device_ids])
        for device_id, branch, *rest in cursor.fetchall():
            found[device_id].setdefault(branch, []).append(Known(*rest))
    return found


def _invent(
    device_id: Ints,
    branch: Ints,
    at: Floats,
    classes: dict[int, str],
    fitted: dict[int, dict[int, list[Known]]],
) -> None:
    """A vessel for each (device, branch) that speaks for nobody at its time."""
    spans: set[tuple[int, int, float, float]] = set()
    for device, number, moment in zip(
        device_id.tolist(), branch.tolist(), at.tolist(), strict=True
    ):
        known = fitted[device].get(number, [])
        since = max((e.until for e in known if e.until <= moment), default=-inf)
        until = min((e.since for e in known if e.since > moment), default=inf)
        spans.add((device, number, since, until))
    keys = dict(
        Device.objects.filter(pk__in={device for device, *_rest in spans}).values_list(
            "pk", "key"
        )
    )
    names = {(d, b): _external_id(keys[d], b) for d, b, _since, _until in sorted(spans)}
    vessels = _vessels(
        {
            name: (keys[device], classes.get(device, ""))
            for (device, _branch), name in names.items()
        }
    )
    rows = sorted(spans)
    insert_many(
        Fitting,
        {
            "device_id": [device for device, *_rest in rows],
            "branch": [number for _device, number, *_rest in rows],
            "vessel_id": [vessels[names[device, b]] for device, b, *_rest in rows],
            "since": moments([since for *_rest, since, _until in rows]),
            "until": moments([until for *_rest, until in rows]),
        },
        basis=Fitting.Basis.HEARD,
    )


def _external_id(key: str, branch: int) -> str:
    return key if branch == 0 else f"{key}#{branch + 1}"


def _vessels(wanted: dict[str, tuple[str, str]]) -> dict[str, int]:
    """Ids of invented vessels by external id; value: (device key, vessel class)."""
    mine = Vessel.objects.filter(source=AIS_SOURCE, external_id__in=list(wanted))
    there = dict(mine.values_list("external_id", "pk"))
    missing = {name: said for name, said in wanted.items() if name not in there}
    keys = [key for key, _class in missing.values()]
    insert_many(
        Vessel,
        {
            "external_id": list(missing),
            "title": [n.partition(":")[2].replace("#", " #") or n for n in missing],
            "mmsi": [k[5:] if k.startswith("mmsi:") else "" for k in keys],
            "vessel_class": [c or VesselClass.OTHER for _key, c in missing.values()],
        },
        source=AIS_SOURCE,
    )
    return dict(mine.values_list("external_id", "pk"))


def _make_devices(keys: list[str]) -> None:
    insert_many(
        Device,
        {
            "key": keys,
            "kind": [KINDS.get(k.partition(":")[0], Device.Kind.TABLE) for k in keys],
            "valid": [possible(key) for key in keys],
        },
    )


directory = Directory()
