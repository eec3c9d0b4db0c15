from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from layers.stations.models import Limit, QualitySetting


@pytest.fixture(autouse=True)
def _legal_limits(request: pytest.FixtureRequest) -> None:
    """The limits of the migration, also after a test that emptied every table."""
    if request.node.get_closest_marker("django_db") is None:
        return
    request.getfixturevalue("db")
    if not Limit.objects.exists():
        migration = import_module("layers.stations.migrations.0002_observations")
        migration.load_limits(apps, None)
        scaling = import_module("layers.stations.migrations.0005_judged_values")
        with connection.cursor() as cursor:
            cursor.execute(scaling.SCALE)
    if not QualitySetting.objects.exists():
        migration = import_module("layers.stations.migrations.0008_quality")
        migration.load_settings(apps, None)
