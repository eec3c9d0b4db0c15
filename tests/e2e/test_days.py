"""The slider of days: the map, the drawer and the link go back together."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, expect

CENTRE = "map=9.0/19.9/105.5&layers=units"


def of_2024(request: Request) -> bool:
    """A tile of the units of the last day of 2024."""
    return "/tiles/units/" in request.url and "at=2024-12-31T05" in request.url


def test_the_keyboard_takes_the_map_to_the_27_districts_and_a_tap_back(
    page: Page,
) -> None:
    page.goto(f"/#{CENTRE}")
    text, back = page.locator(".days-text"), page.locator(".days-back")
    expect(text).to_contain_text("166")
    expect(back).to_be_hidden()
    page.focus(".days input")
    page.keyboard.press("ArrowLeft")
    expect(text).to_contain_text("26")
    with page.expect_request(of_2024):
        page.keyboard.press("ArrowLeft")
    expect(text).to_contain_text("27")
    expect(text).to_contain_text("31/12/2024")
    expect(page).to_have_url(re.compile(r"at\.units=2024-12-31T05:00:00Z"))
    back.click()
    expect(text).to_contain_text("166")
    expect(page).not_to_have_url(re.compile(r"at\.units"))


def test_a_link_opens_on_the_day_and_an_ended_unit_says_what_became_of_it(
    page: Page,
) -> None:
    with page.expect_request(of_2024):
        page.goto(f"/#{CENTRE}&at.units=2024-12-31T05:00:00Z")
    expect(page.locator(".days.is-past .days-text")).to_contain_text("27")
    with page.expect_response(lambda r: "/drawer/units/" in r.url) as opened:
        # a tile that is still on its way has nothing to be tapped
        while page.locator("#drawer").is_hidden():
            page.mouse.click(760, 420)
            page.wait_for_timeout(250)
    assert opened.value.url.endswith("?date=2024-12-31")
    state = page.locator(".drawer-state[data-state=ended]")
    expect(state).to_be_visible()
    new = page.locator(".drawer a[href*='/drawer/units/']").last
    new.click()
    expect(page.locator(".drawer-state[data-state=in-force]")).to_be_visible()


def test_the_slider_goes_with_the_layer_and_fits_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/#{CENTRE}&at.units=2024-12-31T05:00:00Z")
    bar = page.locator(".days.is-past")
    expect(bar).to_be_visible()
    box = bar.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.goto("/#layers=vessels")
    expect(page.locator(".days")).to_be_hidden()
