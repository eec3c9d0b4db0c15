"""The connections of the web process: few, whatever is asked at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from gis_ioc.dbpool import use_pool

SIZE = 3


@pytest.fixture
def handler(db, monkeypatch) -> Iterator[ConnectionHandler]:
    """Connections as the web process has them, under a name of their own."""
    monkeypatch.setenv("IOC_DB_POOL", str(SIZE))
    database = deepcopy(connection.settings_dict)
    database["OPTIONS"] = {"application_name": f"pool-{uuid4().hex[:12]}"}
    use_pool(database)
    handler = ConnectionHandler({"default": database})
    yield handler
    handler["default"].close_pool()


def held(handler: ConnectionHandler) -> int:
    name = handler["default"].settings_dict["OPTIONS"]["application_name"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name]
        )
        return int(cursor.fetchone()[0])


def test_a_thread_for_each_request_leaves_no_connection_behind(handler):
    most: list[int] = []

    def request() -> int:
        """As Django serves one: a thread of its own, closed at the end."""
        found: list[int] = []

        def run() -> None:
            one = handler["default"]
            with one.cursor() as cursor:
                cursor.execute("SELECT 7")
                found.append(cursor.fetchone()[0])
            one.close_if_unusable_or_obsolete()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return found[0]

    with ThreadPoolExecutor(8) as many:
        for answers in (many.map(lambda _n: request(), range(40)) for _turn in "ab"):
            assert list(answers) == [7] * 40
            most.append(held(handler))
    assert max(most) <= SIZE


def test_a_connection_that_was_cut_is_not_handed_out_again(handler):
    one = handler["default"]
    with one.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    one.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with one.cursor() as cursor:
        cursor.execute("SELECT 7")
        assert cursor.fetchone() == (7,)
    one.close()
