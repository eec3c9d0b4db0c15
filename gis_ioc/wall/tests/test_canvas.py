"""The virtual canvas: the table that the JavaScript is tested with too, and that the
parts of a map meet at the bezels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_ioc.wall.canvas import WORLD_PX, Box, Camera, Canvas, shifted

TABLE = json.loads((Path(__file__).parent / "canvas_cases.json").read_text())


@pytest.mark.parametrize("case", TABLE["canvases"])
def test_the_canvas_is_as_large_as_its_panels_and_bezels(case):
    canvas = Canvas(**case["canvas"])
    assert (canvas.width_px, canvas.height_px) == (case["width_px"], case["height_px"])


@pytest.mark.parametrize("case", TABLE["panels"])
def test_a_panel_is_its_part_of_the_canvas_or_refused(case):
    canvas = Canvas(**case["canvas"])
    if case["box"] is None:
        with pytest.raises(ValueError, match="no panel"):
            canvas.panel(*case["panel"])
    else:
        assert canvas.panel(*case["panel"]) == Box(*case["box"])


@pytest.mark.parametrize("case", TABLE["cuts"])
def test_two_boxes_share_a_pixel_or_not(case):
    one, other = Box(*case["a"]), Box(*case["b"])
    assert one.cuts(other) is other.cuts(one) is case["cuts"]


@pytest.mark.parametrize("case", TABLE["shifted"])
def test_a_part_has_a_camera_of_its_own(case):
    found = shifted(Camera(*case["camera"]), Box(*case["pane"]), Box(*case["part"]))
    assert found == pytest.approx(case["shifted"], abs=1e-12)


@given(
    st.floats(0.2, 0.8),
    st.floats(0.2, 0.8),
    st.floats(0, 20),
    st.integers(1, 4),
    st.integers(0, 60),
)
def test_a_place_on_the_ground_has_one_place_on_the_canvas(x, y, zoom, column, bezel):
    """Wherever a panel lies, the point under its left edge is the one that the whole
    canvas shows there."""
    canvas = Canvas(
        columns=4,
        rows=1,
        panel_width_px=1920,
        panel_height_px=1080,
        bezel_x_px=bezel,
        bezel_y_px=0,
    )
    camera, world_px = Camera(x, y, zoom), WORLD_PX * 2**zoom
    part = canvas.panel(column, 1)
    own = shifted(camera, canvas.whole, part)
    edge = own.x * world_px - part.width / 2
    assert edge == pytest.approx(
        x * world_px - canvas.width_px / 2 + part.x, abs=max(1e-6, world_px * 1e-12)
    )
