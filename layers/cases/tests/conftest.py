"""A boat that crossed the line, played through the real feed and rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from layers.alerts import ruleset
from layers.core.spec import by_role
from layers.vessels.duties.services import Said, log_contact
from layers.vessels.models import Contact, Vessel

from . import sea


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    sea.fresh()
    ruleset.forget()
    with translation.override("en"):
        yield


@pytest.fixture
def crossed(load_demo, province, cast) -> Vessel:  # type: ignore[no-untyped-def]
    """A boat that has crossed the line, with an alert about it and a call."""
    for role in ("zones", "alarms"):
        load_demo(by_role(role).slug)
    ruleset.forget()
    unit = next(n.id for n in province.nodes.values() if n.kind == "commune")
    vessel = sea.boat(unit)
    sea.sail(vessel)
    said = Said(
        channel=Contact.Channel.PHONE,
        outcome=Contact.Outcome.PROMISED,
        at=sea.START + timedelta(hours=3),
        person="Nguyễn Văn Thử",
        number="0912345678",
        text="turns back at once",
    )
    log_contact(vessel, said, cast["fisheries"])
    return vessel
