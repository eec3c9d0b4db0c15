"""``manage.py tiles_seed`` against a real web process."""

from __future__ import annotations

from io import StringIO

import httpx
import pytest
from django.core.management import CommandError, call_command

from gis_ioc.live.tests.server import Server, server  # noqa: F401  (a fixture)
from layers.core.tests.boats import committed  # noqa: F401  (a fixture)

pytestmark = pytest.mark.xdist_group("live server")


def seed(source: str, url: str, **options: object) -> str:
    out = StringIO()
    call_command(
        "tiles_seed", source, url=url, stdout=out, stderr=StringIO(), **options
    )
    return out.getvalue()


def test_what_was_seeded_is_in_memory_when_it_is_asked_for(
    server: Server,  # noqa: F811
) -> None:
    said = seed("basemap", server.url, bbox=(106.0, 19.0, 107.0, 20.0), maxzoom=6)
    assert "tiles asked for" in said
    answer = httpx.get(
        f"{server.url}/tiles/basemap/6/50/28", headers={"accept-encoding": "gzip"}
    )
    assert answer.status_code == 200
    assert answer.headers["server-timing"] == "cache;desc=hit"


def test_a_name_that_is_no_source_is_told(server: Server) -> None:  # noqa: F811
    with pytest.raises(CommandError, match="Source nosuch does not exist"):
        seed("nosuch", server.url, maxzoom=1)


def test_a_service_that_is_away_is_told() -> None:
    with pytest.raises(CommandError, match="does not answer"):
        seed("basemap", "http://127.0.0.1:1", maxzoom=0)


@pytest.mark.django_db
def test_a_user_who_is_not_there_is_told() -> None:
    with pytest.raises(CommandError, match="no active user"):
        seed("basemap", "http://127.0.0.1:1", as_user="nobody-here")
