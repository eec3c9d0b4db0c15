"""What scripts of the map compute, against pyproj: the file that their test reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod, Transformer

KNOWN = json.loads((Path(__file__).parent / "positions.json").read_text())
# VN-2000, zone of three degrees round 105 degrees east
GRID = 5897


@pytest.mark.parametrize("case", KNOWN["grid"])
def test_positions_of_the_grid_are_those_of_pyproj(case: dict[str, float]) -> None:
    transformer = Transformer.from_crs(4326, GRID, always_xy=True)
    east, north = transformer.transform(case["lon"], case["lat"])
    assert (east, north) == pytest.approx((case["east"], case["north"]), abs=0.001)


@pytest.mark.parametrize("case", KNOWN["ways"])
def test_ways_are_those_of_pyproj(case: dict[str, Any]) -> None:
    bearing, _, metres = Geod(ellps="WGS84").inv(*case["from"], *case["to"])
    assert metres == pytest.approx(case["metres"], abs=0.001)
    assert bearing % 360 == pytest.approx(case["bearing"], abs=1e-5)


@pytest.mark.parametrize("case", KNOWN["areas"])
def test_areas_are_those_of_pyproj(case: dict[str, Any]) -> None:
    lons, lats = zip(*case["ring"], strict=True)
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)
    assert abs(area) == pytest.approx(case["square_metres"], rel=1e-6)
