"""The demo register: 6,243 made-up boats, their devices, and some doubtful ones.

No position is loaded: where a boat is, comes from the simulators through the
real feeds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Point
from django.utils.text import slugify

from layers.core import units

from .duties import demo as duties
from .models import Device, Fitting, Provider, StaticReport, Vessel, VesselClass
from .register.following import refresh_aliases
from .register.names import key_of
from .tasks import make_partitions

if TYPE_CHECKING:
    from fixtures import Demo

SOURCE = "demo register"
HEARD = "ais"
STRANGER_MMSI = 574_800_000
# How a transponder of a boat that has none in the register spells its number {n}.
SPELLINGS = (
    "TH {n} TS",
    "TH-{n}-TS",
    "TAUTH{n}:C5>G95",
    "TAU CA TH {n}",
    "TH{n}",
    "{n} TS",
    "T H {n}",
    "TH-{cut}",
)


def load(demo: Demo) -> int:
    make_partitions()
    ports = {port["code"]: port for port in demo.ports()}
    unit_ids = units.tree().codes("commune", demo.today.date())
    rows = demo.fleet(demo.rng("fleet"))
    gear = {row["code"]: row["name_vi"] for row in demo.table("gears")}
    vessels = [_vessel(row, ports[row["port_code"]], unit_ids, gear) for row in rows]
    Vessel.objects.bulk_create(vessels, batch_size=1_000)
    _fit(demo, rows, vessels)
    duties.load(demo)
    strangers = _strangers(demo, rows)
    refresh_aliases(vessel.pk for vessel in (*vessels, *strangers))
    return len(vessels) + len(strangers)


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
        registration_key=key_of(registration),
        vessel_class=VesselClass.FISHING,
        mmsi=str(row["mmsi"] or ""),
        length_m=row["length_m"],
        power_kw=row["power_kw"],
        gear=gear.get(row["gear"], row["gear"]),
        home_port=row["home_port"],
        built_year=row["built_year"],
        owner=row["owner"],
        owner_phone=row["owner_phone"],
        captain=row["captain"],
        phone=row["phone"],
        licence_no=row["licence_no"],
        licence_expires=row["licence_expires"],
        inspection_expires=row["inspection_expires"],
        registered=True,
    )


def _fit(demo: Demo, rows: list[dict[str, Any]], vessels: list[Vessel]) -> None:
    """The transponder and the VMS devices that each boat carries."""
    providers = {
        row["code"]: Provider.objects.create(
            code=slugify(row["code"]), title=row["name"]
        )
        for row in demo.table("vms_providers")
    }
    fittings = []
    for row, vessel in zip(rows, vessels, strict=True):
        if row["mmsi"]:
            fittings.append(
                Fitting(device=Device(key=f"mmsi:{row['mmsi']:09d}"), vessel=vessel)
            )
        for suffix in ("", "_2"):
            if row[f"device_id{suffix}"]:
                provider = providers[row[f"vms_provider{suffix}"]]
                device = Device(
                    key=f"vms:{provider.code}:{row[f'device_id{suffix}']}",
                    kind=Device.Kind.VMS,
                    provider=provider,
                )
                fittings.append(
                    Fitting(device=device, vessel=vessel, counted=not suffix)
                )
    Device.objects.bulk_create([f.device for f in fittings], batch_size=2_000)
    Fitting.objects.bulk_create(fittings, batch_size=2_000)


def _strangers(demo: Demo, rows: list[dict[str, Any]]) -> list[Vessel]:
    """Transponders that no register knows; what they say resembles some boats."""
    meant = [row for row in rows if not row["mmsi"] and row["length_m"] >= 9]
    names = [
        spelling.format(n=row["registration"][3:8], cut=row["registration"][3:7])
        for spelling, row in zip(SPELLINGS * 2, meant[::40], strict=False)
    ]
    keys = [f"mmsi:{STRANGER_MMSI + number}" for number in range(len(names))]
    vessels = Vessel.objects.bulk_create(
        Vessel(
            source=HEARD,
            external_id=key,
            title=name,
            mmsi=key[5:],
            vessel_class=VesselClass.FISHING,
        )
        for key, name in zip(keys, names, strict=True)
    )
    devices = Device.objects.bulk_create(Device(key=key) for key in keys)
    Fitting.objects.bulk_create(
        Fitting(device=device, vessel=vessel, basis=Fitting.Basis.HEARD)
        for device, vessel in zip(devices, vessels, strict=True)
    )
    _say(demo, devices, names, meant[::40])
    return vessels


def _say(
    demo: Demo, devices: list[Device], names: list[str], rows: list[dict[str, Any]]
) -> None:
    """What the strangers say of themselves; every other one how long it is."""
    StaticReport.objects.bulk_create(
        StaticReport(
            device=device,
            digest=number,
            first_at=demo.today,
            last_at=demo.today + timedelta(minutes=number),
            content={
                "name": name,
                "ship_type": 30,
                "vessel_class": VesselClass.FISHING,
                "length_m": round(row["length_m"]) if number % 2 else 0,
            },
        )
        for number, (device, name, row) in enumerate(
            zip(devices, names, rows, strict=False)
        )
    )
