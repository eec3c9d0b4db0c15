"""A boat that crosses the line, and one whose monitoring falls silent, played through
the real feeds: inbox, drain, decoder, ingest, rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feeds.ais.tests.sentences import sentences, tagged
from feeds.core import drain as draining
from feeds.core import inbox
from feeds.core.tests.playing import play
from layers.vessels.fitting import fit
from layers.vessels.identity import directory
from layers.vessels.models import Device, Vessel

MMSI = 574012345
# Off the line between 107.159 E, 19.215 N and 107.159 E, 18.714 N: west, then east.
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
WAY = [(minute, 107.00 + 0.004 * minute / 3, 18.95) for minute in range(0, 180, 3)]
SILENT = START + timedelta(hours=30)


def fresh() -> None:
    draining.forget()
    inbox._feed_id.cache_clear()
    directory.forget()


def boat(unit_id: int | None = None, **more: object) -> Vessel:
    """The boat of the register, with an AIS and a VMS device."""
    values: dict[str, object] = {
        "source": "register",
        "external_id": "TH-90001-TS",
        "title": "Sao Biển (TH-90001-TS)",
        "registration": "TH-90001-TS",
        "registration_key": "TH90001TS",
        "vessel_class": "fishing",
        "mmsi": str(MMSI),
        "length_m": 21.5,
        "gear": "Lưới rê",
        "owner": "Nguyễn Văn Thử",
        "owner_phone": "0912 345 678",
        "registered": True,
        "unit_id": unit_id,
    }
    return Vessel.objects.create(**values | more)


def sail(vessel: Vessel) -> None:
    """Three hours across the line by AIS; one fix is far off and not believed."""
    fit_device(vessel, f"mmsi:{MMSI}", "ais")
    lines = []
    for number, (minute, lon, lat) in enumerate(WAY):
        at = START + timedelta(minutes=minute)
        shifted = lat + (2.0 if number == 20 else 0.0)
        (line,) = sentences(
            mmsi=MMSI, lon=lon, lat=shifted, speed=4.6, course=90.0, second=at.second
        )
        lines.append(tagged(f"s:station-1,c:{int(at.timestamp())}", line))
    play(lines, source="station-1")


def report(vessel: Vessel, silent_h: float = 9.0) -> None:
    """VMS reports each two hours, with a silence in the middle."""
    fit_device(vessel, "vms:vms:BA-1", "vms")
    hours = [0, 2, 4, 4 + silent_h, 6 + silent_h]
    lines = []
    for number, hour in enumerate(hours):
        at = SILENT + timedelta(hours=hour)
        lines.append(
            f"POS,{number},BA-1,{at:%H%M%S},A,1830.{number:02d}00,N,10600.0000,E,"
            f"5.0,90.0,{at:%d%m%y}".encode()
        )
    play(lines, source="vnpt", kind="vms")


def fit_device(vessel: Vessel, key: str, kind: str) -> None:
    device, _made = Device.objects.get_or_create(key=key, defaults={"kind": kind})
    fit(device, 0, vessel, basis="register")
