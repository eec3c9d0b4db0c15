"""A leader asks why a district is red: four taps from the province to the source."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import Instance

TILE_PX = 512
SIZES = {"phone": (390, 844), "wall": (3840, 2160)}


@pytest.fixture(params=list(SIZES))
def screen(
    request: pytest.FixtureRequest,
    browser: Browser,
    instance: Instance,
    signed_in: dict[str, object],
) -> Iterator[Page]:
    """A page of that size that must not complain; a phone is touched."""
    width, height = SIZES[request.param]
    phone = request.param == "phone"
    context = browser.new_context(
        base_url=instance.url,
        storage_state=signed_in,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        has_touch=phone,
        is_mobile=phone,
    )
    page = context.new_page()
    # a wall of 4K is drawn in software here
    page.set_default_timeout(60_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def touched(page: Page) -> bool:
    return bool(page.evaluate("matchMedia('(pointer: coarse)').matches"))


def tap(target: Locator) -> None:
    if touched(target.page):
        target.tap()
    else:
        target.click()


def tap_at(page: Page, x: float, y: float) -> None:
    if touched(page):
        page.touchscreen.tap(x, y)
    else:
        page.mouse.click(x, y)


def get(page: Page, url: str) -> Any:
    answer = page.request.get(url)
    assert answer.ok, url
    return json.loads(answer.text())


def red_district(page: Page) -> tuple[int, tuple[float, float]]:
    """The district with most red figures, and a point inside it (lon, lat)."""
    marks = get(page, "/indicators/marks/")
    worst = max(marks["red"], key=lambda one: one["count"])["unit_id"]
    url = f"/indicators/outlines/?kind=district&on={marks['units_on']}"
    found = {one["id"]: one["at"] for one in get(page, url)["units"]}
    return worst, tuple(found[worst])  # type: ignore[return-value]


def on_screen(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place is drawn, by the view that the address tells."""
    found = re.search(r"map=([\d.]+)/([-\d.]+)/([-\d.]+)", page.url)
    assert found
    zoom, centre_lat, centre_lon = map(float, found.groups())
    size = TILE_PX * 2**zoom

    def mercator(lon: float, lat: float) -> tuple[float, float]:
        y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
        return lon / 360 * size, -y * size

    box = page.locator("#map").bounding_box()
    assert box
    (x, y), (cx, cy) = mercator(lon, lat), mercator(centre_lon, centre_lat)
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return middle[0] + x - cx, middle[1] + y - cy


def province(page: Page) -> None:
    """The province with its red marks, fitted to the screen."""
    page.goto("/#layers=indicators,units")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator(".ind-map")).to_be_visible()
    page.locator(".ind-map .ind-legend li").first.wait_for()
    page.wait_for_function("() => location.hash.includes('map=')")
    page.wait_for_load_state("networkidle")


def test_four_taps_lead_from_the_province_to_the_source_row(screen: Page) -> None:
    province(screen)
    unit_id, place = red_district(screen)
    tap_at(screen, *on_screen(screen, *place))
    red = screen.locator(f"#drawer article[data-id='{unit_id}'] .ind-reds a").first
    red.wait_for()
    expect(red).to_be_in_viewport()
    expect(red).to_contain_text("▲")
    tap(red)
    value = screen.locator("#drawer a.ind-value")
    value.wait_for()
    expect(value).to_be_in_viewport()
    screen.locator("#drawer [data-drawn] canvas").wait_for(state="attached")
    tap(value)
    source = screen.locator("#drawer a.ind-source")
    source.wait_for()
    expect(source).to_be_in_viewport()
    tap(source)
    screen.wait_for_url(
        re.compile(r"/uploads/\d+/rows/|/indicators/(loads|facts)/\d+/")
    )
    expect(screen.locator("#marked, .page table").first).to_be_visible()


def test_each_step_has_a_link_and_a_way_back(page: Page) -> None:
    province(page)
    unit_id, _place = red_district(page)
    page.goto(f"/?again#layers=indicators,units&open=units/{unit_id}")
    page.locator("#drawer .ind-reds a").first.wait_for()
    name = page.locator("#drawer .drawer-title").inner_text()
    page.locator("#drawer .ind-reds a").first.click()
    link = page.locator("#drawer article[data-link]").get_attribute("data-link")
    assert link
    page.locator("#drawer .ind-back").click()
    expect(page.locator("#drawer .drawer-title")).to_have_text(name)
    page.goto(link)
    expect(page.locator(".ind-sheet a.ind-value")).to_be_visible()
    page.locator(".ind-sheet [data-drawn] canvas").wait_for(state="attached")


def test_the_map_shows_the_chosen_indicator_and_its_link_says_so(page: Page) -> None:
    province(page)
    page.locator(".ind-map select").first.select_option("YT04")
    page.locator(".ind-map .ind-legend .ind-sign-missing").wait_for()
    page.wait_for_function("() => location.hash.includes('s.indicators=YT04')")
    link = page.url
    tree = page.locator("[data-slug='indicators'] .layer-more .legend li")
    legend = page.locator(".ind-map .ind-legend li")
    assert tree.all_inner_texts() == legend.all_inner_texts()
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator(".ind-map select").first).to_have_value("YT04")
