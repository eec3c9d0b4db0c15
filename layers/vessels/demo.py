"""The demo register: 6,243 made-up boats and their devices.

No position is loaded: where a boat is, comes from the simulators through the
real feeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Point

from layers.core import units

from .models import Device, Vessel, VesselClass
from .tasks import make_partitions

if TYPE_CHECKING:
    from fixtures import Demo

SOURCE = "demo register"


def load(demo: Demo) -> int:
    make_partitions()
    ports = {port["code"]: port for port in demo.ports()}
    unit_ids = units.tree().codes("commune", demo.today.date())
    rows = demo.fleet(demo.rng("fleet"))
    gear = {row["code"]: row["name_vi"] for row in demo.table("gears")}
    vessels = [_vessel(row, ports[row["port_code"]], unit_ids, gear) for row in rows]
    Vessel.objects.bulk_create(vessels, batch_size=1_000)
    devices = [
        device
        for row, vessel in zip(rows, vessels, strict=True)
        for device in _devices(row, vessel)
    ]
    Device.objects.bulk_create(devices, batch_size=2_000)
    return len(vessels)


def _vessel(
    row: dict[str, Any],
    port: dict[str, Any],
    unit_ids: dict[str, int],
    gear: dict[str, str],
) -> Vessel:
    registration = row["registration"]
    return Vessel(
        source=SOURCE,
        external_id=registration,
        title=f"{row['name_vi']} ({registration})",
        unit_id=unit_ids.get(row["commune_code"]),
        geom=Point(port["lon"], port["lat"], srid=4326),
        registration=registration,
        registration_key=registration.replace("-", ""),
        vessel_class=VesselClass.FISHING,
        mmsi=str(row["mmsi"] or ""),
        length_m=row["length_m"],
        power_kw=row["power_kw"],
        gear=gear.get(row["gear"], row["gear"]),
        home_port=row["home_port"],
        built_year=row["built_year"],
        owner=row["owner"],
        captain=row["captain"],
        phone=row["phone"],
        licence_no=row["licence_no"],
        licence_expires=row["licence_expires"],
        registered=True,
    )


def _devices(row: dict[str, Any], vessel: Vessel) -> list[Device]:
    found = []
    if row["mmsi"]:
        found.append(Device(key=f"mmsi:{row['mmsi']:09d}", vessel=vessel))
    if row["device_id"]:
        provider = row["vms_provider"]
        found.append(
            Device(
                key=f"vms:{row['device_id']}",
                vessel=vessel,
                provider=provider,
                counted=not row["mmsi"],
            )
        )
    return found
