from __future__ import annotations

from datetime import timedelta
from math import nan

from django.db import transaction
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening, Listener, listeners
from layers.core.models import Event


def test_a_listener_is_told_fresh_events_once_and_not_its_own(db):
    heard: list[list[str]] = []

    def run(fresh: list[Event]) -> None:
        heard.append([event.key for event in fresh])
        assert all(event.pk for event in fresh)
        events.record([_plain("echo")])

    with listeners.override(Listener("trial", run)), transaction.atomic():
        events.record([_plain("a"), _plain("b")])
        events.record([_plain("b"), _plain("c")])
        events.record([_plain("c")])
    assert heard == [["a", "b"], ["c"]]
    assert Event.objects.filter(key="echo").count() == 1


def test_an_event_keeps_what_it_was_told(db):
    at = timezone.now() - timedelta(days=1)
    with transaction.atomic():
        events.record(
            [
                Happening(
                    key="k", kind="some.thing", layer="x", feature_id=4, title="T",
                    unit_id=9, lon=106.0, lat=19.5, old={"a": None}, new=[1, "z", at],
                    reason="r", happened_at=at,
                )
            ]
        )  # fmt: skip
    event = Event.objects.get(key="k")
    assert (event.geom.coords, event.old, event.reason) == (
        (106.0, 19.5),
        {"a": None},
        "r",
    )
    assert (event.happened_at, event.new[:2], event.unit_id) == (at, [1, "z"], 9)
    assert event.known_at > at


def _plain(key: str) -> Happening:
    return Happening(key=key, kind="some.thing", layer="trial", feature_id=1)


def test_what_has_no_position_yet_has_no_place(db):
    calling = Happening(
        key="k", kind="some.thing", layer="x", feature_id=1, lon=nan, lat=nan
    )
    assert calling.row().geom is None
    with transaction.atomic():
        assert events.record([calling]) == {"k"}
    assert Event.objects.get().geom is None
