"""Users of a demo, with the passwords that the launcher made up."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from layers.core import units

from .grants import revoke
from .models import Scope, User

# Officers see one area (a district of before July 2025): Nghi Son and Sam Son.
OFFICER_AREAS = {"officer": "407", "officer2": "382"}
AREA_KIND = "district"
AREAS_UNTIL = date(2025, 6, 30)


def load_users() -> list[str]:
    """Create or renew the users of the passwords file; their names."""
    path = settings.IOC_DEMO_PASSWORDS_FILE
    if not path or not Path(path).exists():
        return []
    listed = json.loads(Path(path).read_text())
    areas = units.tree().codes(AREA_KIND, AREAS_UNTIL)
    for entry in listed:
        _load_user(entry, areas)
    return [entry["name"] for entry in listed]


def _load_user(entry: dict[str, str], areas: dict[str, int]) -> None:
    name, role = entry["name"], entry["role"]
    user, created = User.objects.get_or_create(username=name)
    if created or not user.check_password(entry["password"]):
        user.set_password(entry["password"])
    user.is_staff = True
    user.is_superuser = role == "administrator"
    area = OFFICER_AREAS.get(name)
    user.unit_id = areas.get(area) if area else None
    user.save()
    user.groups.set(Group.objects.filter(name=role))
    Scope.objects.filter(user=user).delete()
    if area is None:
        Scope.objects.create(user=user, all_units=True)
    else:
        Scope.objects.create(user=user, units=[areas[area]] if area in areas else [])
    revoke(user)
