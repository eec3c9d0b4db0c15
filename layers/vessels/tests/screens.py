"""Boats and people before the screens of the fisheries staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from layers.vessels.models import Vessel, VesselState

from .boats import registered


def client(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def boat(number: int, **more: Any) -> Vessel:
    """A boat of the register; ``state``: what the clock wrote of it."""
    state = more.pop("state", None)
    made = registered(f"TH-{90_000 + number}-TS", title=f"Tàu {number:03}", **more)
    if state is not None:
        VesselState.objects.create(vessel=made, **state)
    return made


def enter(user: Any, vessel: Vessel, action: str, **data: Any) -> Any:
    return client(user).post(
        f"/vessels/{vessel.pk}/log/{action}/?lang=en", data,
        headers={"hx-request": "true"},
    )  # fmt: skip


def minutes_ago(minutes: int) -> str:
    at = timezone.localtime() - timedelta(minutes=minutes)
    return at.strftime("%Y-%m-%dT%H:%M")
