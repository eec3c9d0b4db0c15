"""A small province with a few rows in every layer, made by the layers' own demos."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package")
def province(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The whole demo, loaded once for this folder; taken away at its end, and what
    the migrations had put in is put back."""
    from django.core.management import call_command
    from django.db import connection

    from fixtures import Demo
    from gis_ioc.accounts.roles import sync_roles
    from layers.core import demo, units

    with django_db_blocker.unblock():
        units.tree.forget()
        before = connection.creation.serialize_db_to_string()
        sync_roles()
        for _loaded in demo.load(Demo(seed=38)):
            pass
        put_boats_at_sea()
    yield
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        connection.creation.deserialize_db_from_string(before)
        units.tree.forget()


def put_boats_at_sea() -> None:
    """One AIS position for some boats, through the feed; the first is where no
    boat may be, so that there are an alert and a directive whatever the hour."""
    import time

    from feeds.core import drain as draining
    from feeds.core import inbox
    from feeds.core.tests.playing import play
    from feeds.simulate.ais import build, position_sentences
    from feeds.simulate.voyages import Fix
    from fixtures import Demo
    from layers.vessels.identity import directory

    draining.forget()
    directory.forget()
    inbox._feed_id.cache_clear()
    demo = Demo(seed=38)
    now = time.time()
    lines = [
        line.encode()
        for boat in build(demo)[1:300]
        for line in position_sentences(boat, boat.voyage.fix(now), now)
    ]
    closed = next(zone for zone in demo.zones() if zone["closed"])
    place = closed["geometry"].representative_point()
    inside = Fix(place.x, place.y, 6.0, 90.0)
    first = position_sentences(build(demo)[0], inside, now)
    lines += [line.encode() for line in first]
    from datetime import UTC, datetime

    play(lines, received_at=datetime.now(UTC))
