"""What a process remembers of devices, and what another one did meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import transaction

from layers.core.versions import begin_change
from layers.vessels.identity import SLUG, Directory
from layers.vessels.models import Fitting, Vessel

pytestmark = pytest.mark.django_db(transaction=True)


def hear(process: Directory, branch: int) -> str:
    """A fix of the device on a branch, as one worker process takes it in."""
    with transaction.atomic():
        begin_change(SLUG)
        device = process.devices(["mmsi:574123456"])["mmsi:574123456"]
        index, known = process.vessels(
            np.array([device]), np.array([branch]), np.array([1_790_000_000.0]), {}
        )
        vessel_id = known[int(index[0])].vessel_id
    return Vessel.objects.get(pk=vessel_id).external_id


def test_a_second_track_found_by_another_process_is_taken_over() -> None:
    one, other = Directory(), Directory()
    hear(one, 0)
    hear(other, 0)
    found = hear(other, 1)
    assert hear(one, 1) == found == "mmsi:574123456#2"
    assert Fitting.objects.count() == 2
