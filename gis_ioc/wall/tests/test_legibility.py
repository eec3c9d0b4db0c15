import pytest

from gis_ioc.wall.legibility import Sizes, cap_height_mm, font_px


def test_sixteen_minutes_of_arc_at_eight_metres_are_thirty_seven_millimetres():
    assert cap_height_mm(8) == pytest.approx(37.2, abs=0.1)
    assert cap_height_mm(8, 20) == pytest.approx(46.5, abs=0.1)


def test_a_55_inch_full_hd_panel_needs_letters_of_84_pixels_at_eight_metres():
    # 0.63 mm per pixel: 59 px of cap height
    assert font_px(8, 0.63) == pytest.approx(84.4, abs=0.2)


def test_a_finer_panel_or_a_farther_reader_needs_more_pixels():
    assert font_px(8, 0.3) > font_px(8, 0.6)
    assert font_px(9, 0.6) > font_px(8, 0.6)


def test_text_never_shrinks_below_what_a_desk_needs():
    assert font_px(0.3, 1.2) == 14


def test_nothing_on_the_wall_is_smaller_than_the_smallest_text():
    sizes = Sizes.of(5, 0.565)
    assert min(sizes.text, sizes.strong, sizes.figure, sizes.icon) == sizes.text
