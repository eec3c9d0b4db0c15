from __future__ import annotations

import pytest

from feeds.core import inbox
from gis_ioc.accounts.models import ApiKey
from layers.stations.models import Series
from layers.stations.tests.helpers import station


@pytest.fixture
def place(db):
    """A station with one series of COD."""
    inbox._feed_id.cache_clear()
    found = station("effluent", code="TH_ONE")
    found.cod = Series.objects.create(station=found, parameter="COD", unit="mg/L")
    return found


@pytest.fixture
def key_of(cast):
    """The header with a key of a user of the cast."""

    def make(name: str, **limits) -> dict[str, str]:
        limits.setdefault("may_write", True)
        _key, text = ApiKey.issue(cast[name], "test", **limits)
        return {"Authorization": f"Bearer {text}"}

    return make
