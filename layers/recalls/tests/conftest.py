"""A recall in force over made-up boats whose ways are known."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.db import transaction
from django.test import Client
from django.utils import timezone

from gis_ioc.accounts.models import Scope, User
from layers.core import ingest
from layers.core.scope import everything
from layers.recalls import services
from layers.recalls.access import Who
from layers.recalls.models import Boat, Recall
from layers.recalls.services import Draft
from layers.vessels.identity import directory
from layers.vessels.models import Device, Fitting, Vessel
from layers.vessels.reports import Builder

AREA = shapely.box(106.0, 18.0, 107.0, 19.0)
DEGREE_NM = 60.0


def boat(
    name: str,
    lon: float,
    lat: float,
    north_kn: float,
    *,
    ago_s: float = 300.0,
    unit_id: int | None = None,
) -> Vessel:
    """A fishing vessel with two fixes half an hour apart, sailing north (or south)."""
    vessel, _made = Vessel.objects.get_or_create(
        source="test",
        external_id=name,
        defaults={
            "title": name,
            "vessel_class": "fishing",
            "registered": True,
            "unit_id": unit_id,
            "captain": f"captain of {name}",
            "phone": "0912345678",
        },
    )
    device, made = Device.objects.get_or_create(
        key=f"test:{name}", defaults={"kind": Device.Kind.AIS}
    )
    if made:
        Fitting.objects.create(device=device, vessel=vessel)
        directory.forget()
    sail(name, lon, lat, north_kn, ago_s)
    return vessel


def sail(name: str, lon: float, lat: float, north_kn: float, ago_s: float) -> None:
    """Its newest fix, and one half an hour before it."""
    now = time.time() - ago_s
    builder = Builder()
    for before_h in (0.5, 0.0):
        at = round(now - before_h * 3_600)
        builder.add(
            key=f"test:{name}",
            receiver="test",
            at=at,
            lon=lon,
            lat=lat - north_kn * before_h / DEGREE_NM,
            digest=at,
            speed_kn=abs(north_kn),
            course_deg=0.0 if north_kn >= 0 else 180.0,
        )
    with transaction.atomic():
        ingest.deliver("vessels", builder.build())


def draft(**changes: Any) -> Draft:
    now = timezone.now()
    values: dict[str, Any] = {
        "key": "storm-nine",
        "title": "Storm nine",
        "body": "Leave the area.",
        "area": shapely.MultiPolygon([AREA]),
        "valid_from": now - timedelta(hours=1),
        "valid_to": now + timedelta(hours=48),
    }
    return Draft(**(values | changes))


@pytest.fixture
def operator(db: None) -> Who:
    return person("operator-one", "operator")


def person(name: str, role: str) -> Who:
    from django.contrib.auth.models import Group

    from gis_ioc.accounts.roles import sync_roles

    sync_roles()
    user = User.objects.create_user(name, password="of-a-test")
    user.groups.add(Group.objects.get(name=role))
    Scope.objects.create(user=user, all_units=True)
    return Who(User.objects.get(pk=user.pk), everything())


def client_of(who: Who) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


@pytest.fixture
def fleet(db: None) -> dict[str, Vessel]:
    """Going deeper in, out, nowhere, towards the area, and away from it."""
    directory.forget()
    return {
        "deeper": boat("deeper", 106.5, 18.2, 6.0),
        # three hours ago: it may be 18 nautical miles further by now
        "leaving": boat("leaving", 106.5, 18.8, 6.0, ago_s=3 * 3_600.0),
        "still": boat("still", 106.3, 18.5, 0.0),
        "entering": boat("entering", 106.5, 17.9, 6.0),
        "away": boat("away", 106.5, 17.5, -6.0),
    }


@pytest.fixture
def recall(fleet: dict[str, Vessel]) -> Recall:
    return services.issue(services.create(draft(), None).pk, None)


def rows_of(recall: Recall) -> dict[str, Boat]:
    return {row.vessel.title: row for row in recall.boats.select_related("vessel")}
