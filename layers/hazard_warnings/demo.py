"""Two bulletins of a made-up weather service, marked as an exercise."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from layers.core import ingest
from layers.core.cap import Area, Info, Message, Reference

from .services import SLUG, Told

if TYPE_CHECKING:
    from fixtures import Demo

SENDER = "demo.gis-ioc"
# Off the coast of the province, schematic.
SEA = ((106.0, 19.2), (107.3, 19.2), (107.3, 20.0), (106.2, 20.0), (106.0, 19.2))
# It stays in force however long the demo runs.
DAYS = 365


def load(demo: Demo) -> int:
    """A bulletin and the one that replaced it; how many."""
    texts = {row["key"]: row["text"] for row in demo.table("hazard_warnings")}
    told = []
    for number in (1, 2):
        sent = demo.today - timedelta(hours=12 - 6 * number)
        info = Info(
            event=texts["event"],
            categories=("Met",),
            urgency="Expected",
            severity="Moderate",
            certainty="Likely",
            sender_name=texts["sender"],
            headline=texts[f"headline_{number}"],
            description=texts["description"],
            instruction=texts["instruction"],
            expires=sent + timedelta(days=DAYS),
            areas=(Area(description=texts["area"], polygons=(SEA,)),),
        )
        first = Reference(SENDER, "1", demo.today - timedelta(hours=6))
        message = Message(
            identifier=str(number),
            sender=SENDER,
            sent=sent,
            status="Exercise",
            kind="Alert" if number == 1 else "Update",
            references=() if number == 1 else (first,),
            infos=(info,),
        )
        told.append(Told("demo", message, sent + timedelta(minutes=1)))
    with transaction.atomic():
        ingest.deliver(SLUG, told)
    return len(told)
