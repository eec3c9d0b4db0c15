"""Grid, scale and paper of a printed map."""

from __future__ import annotations

import pytest

from gis_ioc.printing import frame
from gis_ioc.printing.document import rounded
from gis_ioc.printing.frame import Box
from gis_ioc.printing.papers import EDGE_MM, MARGIN_MM, PAPERS


@pytest.mark.parametrize("span", [0.002, 0.05, 0.3, 1.2, 4, 30, 300])
def test_the_grid_has_a_few_lines_whatever_the_map_shows(span: float) -> None:
    step = frame.step_for(span)
    assert span / step >= frame.LEAST_LINES
    assert step == frame.STEPS[0] or span / step < 10


def test_lines_are_whole_steps_within_the_map() -> None:
    assert frame.lines(105.2, 106.4, 0.5) == [105.5, 106.0]
    assert frame.lines(105.0, 106.0, 0.5) == [105.0, 105.5, 106.0]


@pytest.mark.parametrize(
    ("degrees", "letters", "text"),
    [(105.5, "EW", "105°30′E"), (-0.5, "EW", "0°30′W"), (19.9999999, "NS", "20°00′N")],
)
def test_numbers_of_the_grid_are_degrees_and_minutes(
    degrees: float, letters: str, text: str
) -> None:
    assert frame.angle(degrees, letters) == text


def test_seconds_stand_only_where_there_are_some() -> None:
    assert frame.angle(19 + 1 / 7200 * 60, "NS") == "19°00′30″N"


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_map_and_legend_lie_within_the_margins(paper: object) -> None:
    assert isinstance(paper, type(PAPERS["a4-landscape"]))
    width = paper.map_width + 2 * EDGE_MM
    if not paper.portrait:
        width += paper.legend_width
    assert width <= paper.width - 2 * MARGIN_MM
    assert paper.map_height > 0.4 * paper.height


def test_the_bar_is_a_round_length() -> None:
    assert [frame.round_km(most) for most in (0.07, 1, 4.9, 23, 60)] == [
        *(0.05, 1, 2, 20, 50),
    ]


def test_the_scale_is_that_of_the_ground() -> None:
    """A degree of longitude at the equator is 111.32 km."""
    paper = PAPERS["a4-landscape"]
    found = frame.metres_per_mm(Box(0, -0.01, 1, 0.01), paper)
    assert found * paper.map_width == pytest.approx(111_320, rel=1e-6)


def test_a_scale_has_three_figures() -> None:
    assert [rounded(n) for n in (1_896_543, 24_987, 512)] == [1_900_000, 25_000, 512]
