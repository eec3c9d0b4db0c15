"""Boats, devices and positions for the tests of the register."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from layers.core.scope import Grant, everything
from layers.vessels.models import Device, Fitting, Receiver, StaticReport, Vessel
from layers.vessels.register.importing import hand_in, write
from layers.vessels.register.names import key_of

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)


def registered(registration: str, **more: Any) -> Vessel:
    """A boat of the register."""
    values = {
        "source": "register",
        "external_id": registration,
        "title": registration,
        "registration": registration,
        "registration_key": key_of(registration),
        "vessel_class": "fishing",
        "registered": True,
    }
    return Vessel.objects.create(**values | more)


def heard(key: str, name: str = "", branch: int = 0, **said: Any) -> Device:
    """A device that nobody registered, with the vessel invented for it."""
    device, _made = Device.objects.get_or_create(
        key=key, defaults={"kind": "ais" if key.startswith("mmsi:") else "vms"}
    )
    vessel = Vessel.objects.create(
        source="ais",
        external_id=f"{key}#{branch}",
        title=name or key,
        mmsi=key[5:] if key.startswith("mmsi:") else "",
        vessel_class="fishing",
    )
    Fitting.objects.create(device=device, branch=branch, vessel=vessel, basis="heard")
    if name or said:
        say(device, name=name, **said)
    return device


def say(device: Device, at: datetime = NOW, **said: Any) -> None:
    content = {name: value for name, value in said.items() if value}
    StaticReport.objects.create(
        device=device,
        digest=StaticReport.objects.count() + 1,
        first_at=at,
        last_at=at,
        content=content,
    )


def position(
    device: Device,
    minutes: int,
    lon: float,
    lat: float,
    branch: int = 0,
    flags: int = 0,
) -> None:
    """A stored fix, so many minutes after NOW."""
    receiver, _made = Receiver.objects.get_or_create(name="test")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vessels_position (device_id, at, digest, lon, lat, flags,"
            " receiver_id, branch, message_type) VALUES (%s, %s, %s, %s, %s, %s, %s,"
            " %s, 18)",
            [
                device.pk, NOW + timedelta(minutes=minutes), minutes, lon, lat, flags,
                receiver.pk, branch,
            ],
        )  # fmt: skip


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def take(body: bytes | str, *, full: bool = False, grant: Grant | None = None) -> Any:
    """Hand in a file of the register and write it."""
    grant = grant or everything()
    body = body.encode() if isinstance(body, str) else body
    kept, _plan = hand_in(
        body, "so.csv", source="register", full=full, day=DAY, grant=grant
    )
    return write(kept.pk, grant)
