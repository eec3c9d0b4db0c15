"""Messages of the simulated VMS providers on the wire: JSON, NAF, national report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import orjson
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction

from feeds.core.models import Feed

if TYPE_CHECKING:
    from .vms import Message

BLOCK = 500
USER, KEY_NAME = "demo-vms-{}", "demo simulator"
# What each provider of the demo speaks; the others speak JSON.
PROTOCOLS = {"binhanh": "national", "zunibal": "naf"}


def as_json(found: Sequence[Message]) -> tuple[bytes, str]:
    rows = [
        {
            "deviceId": one.device,
            "regNo": one.registration,
            "time": datetime.fromtimestamp(one.at, UTC).isoformat(),
            "state": "V" if one.lon is None else "A",
            "lat": one.lat,
            "lng": one.lon,
            "speed": one.speed_kn,
            "course": one.course_deg,
            "seqno": one.sequence,
            "sos": one.sos,
        }
        for one in found
    ]
    return orjson.dumps(rows), "application/json"


def as_naf(found: Sequence[Message]) -> tuple[bytes, str]:
    """Degrees to three decimals, no seconds; a device without a fix sends nothing."""
    lines = []
    for one in found:
        if one.lon is None or one.lat is None:
            continue
        moment = datetime.fromtimestamp(one.at, UTC)
        lines.append(
            f"//SR//AD/VNM//FR/VNM//TM/POS//SQ/{one.sequence}//FS/VNM"
            f"//IR/VNM{one.device}//XR/{one.registration}"
            f"//DA/{moment:%Y%m%d}//TI/{moment:%H%M}"
            f"//LT/{one.lat:.3f}//LG/{one.lon:.3f}"
            f"//SP/{round(one.speed_kn * 10)}//CO/{round(one.course_deg) % 360}//ER//"
        )
    return "\n".join(lines).encode(), "text/plain"


def as_national(found: Sequence[Message]) -> tuple[bytes, str]:
    """The order of notice 1008/TB-TCTS-TTTS, separated by commas."""
    lines = []
    for one in found:
        moment = datetime.fromtimestamp(one.at, UTC)
        state = "V" if one.lon is None else "A"
        lines.append(
            f"POS,{one.sequence},{one.device},{moment:%H%M%S},{state},"
            f"{_ddmm(one.lat, 2)},{'N' if one.lat is not None else ''},"
            f"{_ddmm(one.lon, 3)},{'E' if one.lon is not None else ''},"
            f"{one.speed_kn:.1f},{one.course_deg:.1f},{moment:%d%m%y}"
        )
    return "\n".join(lines).encode(), "text/plain"


def _ddmm(degrees: float | None, width: int) -> str:
    if degrees is None:
        return ""
    tenths = round(degrees * 600_000)  # of 1/10,000 minute
    whole, rest = divmod(tenths, 600_000)
    return f"{whole:0{width}d}{rest / 10_000:07.4f}"


Body = Callable[[Sequence["Message"]], tuple[bytes, str]]
BODIES: dict[str, Body] = {"json": as_json, "naf": as_naf, "national": as_national}


@transaction.atomic
def prepare(providers: Mapping[str, str]) -> dict[str, str]:
    """Feeds, users and new keys of the demo's providers (code -> title); the keys."""
    keys_of = apps.get_model("accounts", "ApiKey")
    found = {}
    for code, title in providers.items():
        name = USER.format(code)
        user, created = get_user_model().objects.get_or_create(username=name)
        if created:
            user.set_unusable_password()
            user.save()
        keys_of.objects.filter(user=user, name=KEY_NAME).delete()
        _key, found[code] = keys_of.issue(user, KEY_NAME, may_write=True)
        Feed.objects.update_or_create(
            slug=f"vms-{code}",
            defaults={
                "kind": "vms",
                "title": title,
                "provider": title,
                "config": {"senders": [name]},
                "expected_every_s": 600,
            },
        )
    return found


def send(
    client: httpx.Client, found: Sequence[Message], keys: Mapping[str, str]
) -> None:
    """Each provider's messages by its own protocol. Raises httpx.HTTPError."""
    mine: dict[str, list[Message]] = defaultdict(list)
    for message in found:
        mine[message.provider].append(message)
    for provider, listed in mine.items():
        protocol = PROTOCOLS.get(provider, "json")
        for start in range(0, len(listed), BLOCK):
            body, content_type = BODIES[protocol](listed[start : start + BLOCK])
            if not body:
                continue
            answer = client.post(
                f"/api/v1/vms/{provider}/positions",
                content=body,
                headers={
                    "Authorization": f"Bearer {keys[provider]}",
                    "Content-Type": content_type,
                },
            )
            answer.raise_for_status()
