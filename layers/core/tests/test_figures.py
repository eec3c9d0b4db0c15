"""Numbers for people are rounded, not cut off."""

from __future__ import annotations

import pytest
from django.utils import translation

from layers.core.figures import figure


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (52.389236, 1, "52,4", "52.4"),
        (2.675, 2, "2,68", "2.68"),
        (-0.05, 1, "-0,1", "-0.1"),
        (99.96, 1, "100,0", "100.0"),
        (7, 2, "7,00", "7.00"),
        (1e-9, 2, "0,00", "0.00"),
    ],
)
def test_a_number_is_rounded_in_the_readers_language(value, decimals, vi, en):
    with translation.override("vi"):
        assert figure(value, decimals) == vi
    with translation.override("en"):
        assert figure(value, decimals) == en


def test_thousands_are_grouped_when_asked_for():
    with translation.override("vi"):
        assert figure(30_000.5, 0, grouped=True) == "30.001"
