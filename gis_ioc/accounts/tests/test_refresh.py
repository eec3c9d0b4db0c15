"""A page that fetches itself again is no look of a person."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisDownError

from gis_ioc.accounts import audit
from gis_ioc.accounts.models import AuditEntry


@pytest.fixture
def look(cast):
    """Open, or refresh, something of a trial layer as one of the cast."""
    cache.clear()

    def call(name: str, feature_id: int = 7, *, again: bool = False, **detail) -> int:
        headers = {"X-Refresh": "1"} if again else {}
        request = RequestFactory().get("/", headers=headers)
        request.user = cast[name] if name else AnonymousUser()
        audit.log(request, "view", layer="trial", feature_id=feature_id, **detail)
        return AuditEntry.objects.filter(layer="trial").count()

    return call


def test_refreshes_of_what_was_opened_are_not_written(look):
    assert look("operator") == 1
    assert [look("operator", again=True) for _n in range(3)] == [1, 1, 1]
    # whoever opens it again did look again
    assert look("operator") == 2


@pytest.mark.parametrize(
    ("name", "feature_id", "detail"),
    [("leader", 7, {}), ("operator", 8, {}), ("operator", 7, {"code": "gdp"})],
)
def test_the_mark_hides_nothing_that_was_not_opened(look, name, feature_id, detail):
    look("operator")
    assert look(name, feature_id, again=True, **detail) == 2


def test_nobody_in_particular_is_always_written(look):
    assert [look(""), look("", again=True)] == [1, 2]


def test_other_acts_are_written_whatever_the_mark_says(look, cast):
    look("operator")
    request = RequestFactory().get("/", headers={"X-Refresh": "1"})
    request.user = cast["operator"]
    for _n in range(2):
        audit.log(request, "export", layer="trial", feature_id=7)
    assert AuditEntry.objects.filter(action="export").count() == 2


def test_without_the_cache_it_is_written_rather_than_lost(look, monkeypatch):
    look("operator")

    def down(*_args, **_more):
        raise RedisDownError("gone")

    monkeypatch.setattr(cache, "get", down)
    assert look("operator", again=True) == 2
