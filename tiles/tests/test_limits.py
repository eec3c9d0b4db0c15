"""How often somebody may ask, alone and through the service."""

from __future__ import annotations

from typing import Any

import pytest

from layers.core.tests.boats import Boats, boats, committed  # noqa: F401  (fixtures)
from tiles import limits as limiting
from tiles.limits import LOOKUP_COST, MAX_BUCKETS, Bucket, Limits, household
from tiles.tests.service import cookie, rights, running


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(limiting, "monotonic", found)
    return found


def test_a_bucket_gives_its_burst_and_then_its_rate(clock: Clock) -> None:
    bucket = Bucket(10, 3)
    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    assert bucket.take() == pytest.approx(0.1)
    clock.now += 0.125
    assert bucket.take() == 0
    assert bucket.take() > 0
    clock.now += 3_600
    assert [bucket.take() for _ in range(3)] == [0, 0, 0]
    assert bucket.take() > 0


def limits(rate: float = 10, *, behind_proxy: bool = False) -> Limits:
    return Limits(rate, 40, behind_proxy=behind_proxy)


def client(address: str, told: str = "") -> tuple[dict[str, Any], dict[bytes, bytes]]:
    headers = {b"x-forwarded-for": told.encode()} if told else {}
    return {"client": (address, 5)}, headers


def test_strangers_are_told_apart_by_address() -> None:
    found = limits()
    one = found.stranger(*client("192.0.2.1"))
    assert one is found.stranger(*client("192.0.2.1", told="192.0.2.9"))
    assert one is not found.stranger(*client("192.0.2.2"))


def test_behind_our_proxy_the_address_is_the_one_that_it_wrote_down() -> None:
    found = limits(behind_proxy=True)
    one = found.stranger(*client("127.0.0.1", told="1.1.1.1, 192.0.2.1"))
    assert one is found.stranger(*client("127.0.0.1", told="2.2.2.2, 192.0.2.1"))
    assert one is not found.stranger(*client("127.0.0.1", told="192.0.2.3"))


def test_a_network_of_ipv6_is_one_household() -> None:
    assert household("2001:db8::1") == household("2001:db8::ffff")
    assert household("2001:db8::1") != household("2001:db8:0:1::1")
    assert household("no:address") == "no:address"


def test_buckets_do_not_fill_the_memory() -> None:
    found = limits()
    for number in range(MAX_BUCKETS + 500):
        found.bucket(number)
    assert len(found) == MAX_BUCKETS


def test_a_rate_of_its_own_counts_for_a_key_and_none_means_no_limit() -> None:
    assert limits().bucket("key", 100).burst == 400
    endless = limits(0).bucket("key")
    assert not any(endless.take(1_000.0) for _ in range(1_000))


async def test_who_asks_too_often_is_told_when_to_come_back(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client() as web:
        service.app.access.limits = limits()
        answers = [await web.get("/tiles/basemap/0/0/0") for _ in range(60)]
        refused = answers[-1]
        health = await web.get("/tiles/health")
        async with service.client(**cookie(rights())) as other:
            # the address has nothing left to look a token up with
            assert (await other.get("/tiles/basemap/0/0/0")).status_code == 429
    assert answers[0].status_code == 200
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert health.status_code == 200


async def test_a_user_has_a_limit_of_its_own_whatever_the_address(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service:
        service.app.access.limits = limits()
        async with service.client(**cookie(rights())) as web:
            first = [await web.get("/tiles/basemap/0/0/0") for _ in range(20)]
        async with service.client() as stranger:
            spent = [await stranger.get("/tiles/basemap/0/0/0") for _ in range(60)]
        async with service.client(**cookie(rights())) as web:
            await web.get("/tiles/basemap/0/0/0")
    assert {answer.status_code for answer in first} == {200}
    assert spent[-1].status_code == 429


async def test_guessing_keys_is_slow_and_spares_the_database(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client() as web:
        service.app.access.limits = limits()
        answers = [await web.get(f"/tiles/catalog?key=ioc_{n}") for n in range(50)]
    assert answers[-1].status_code == 429
    assert len(service.looked_up) <= 40 / LOOKUP_COST + 1


async def test_a_key_may_have_a_rate_of_its_own(boats: Boats) -> None:  # noqa: F811
    from dataclasses import replace

    keys = {"ioc_slow": rights(), "ioc_fast": replace(rights(), tile_rate=1_000)}
    async with running(keys) as service, service.client() as web:
        service.app.access.limits = limits()
        seen = {}
        for key in keys:
            headers = {"authorization": f"Bearer {key}"}
            seen[key] = [
                (await web.get("/tiles/basemap/0/0/0", headers=headers)).status_code
                for _ in range(60)
            ]
            service.app.access.limits._buckets.pop("127.0.0.1", None)
    assert 429 in seen["ioc_slow"]
    assert set(seen["ioc_fast"]) == {200}
