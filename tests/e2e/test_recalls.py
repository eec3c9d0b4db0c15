"""A storm night at the screen: draw, issue, call by keyboard, lift, take the list."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

ANSWERS = "1234512345"


def draw(page: Page) -> None:
    """A polygon over the whole sea that the form's map shows."""
    page.locator(".leaflet-draw-draw-polygon").click()
    box = page.locator(".recall-form .leaflet-container").bounding_box()
    assert box is not None
    corners = [(0.15, 0.15), (0.85, 0.15), (0.85, 0.85), (0.15, 0.85), (0.15, 0.15)]
    for across, down in corners:
        page.mouse.click(
            box["x"] + across * box["width"], box["y"] + down * box["height"]
        )
        # two quick clicks are one double click, which ends the drawing early
        page.wait_for_timeout(350)


def test_a_recall_is_drawn_issued_called_by_keyboard_and_lifted(page: Page) -> None:
    page.goto("/recalls/new/")
    page.fill("[name=title]", "Bão thử nghiệm")
    page.fill("[name=body]", "Tàu trong vùng về nơi tránh trú.")
    page.check("[name=exercise]")
    page.wait_for_selector(".leaflet-draw-draw-polygon")
    draw(page)
    page.click(".recall-form button[type=submit]")
    page.wait_for_url(re.compile(r"/recalls/\d+/$"))
    page.click("form[action$='/issue/'] button")
    expect(page.locator("#recall-list")).to_have_attribute("aria-busy", "false")

    waiting = page.locator("[data-number=to_call]")
    before = int(waiting.inner_text())
    assert before >= len(ANSWERS), "the demo has boats at sea"
    page.keyboard.press("n")
    for number, key in enumerate(ANSWERS, 1):
        expect(page.locator(".boat-more")).to_have_count(1)
        expect(page.locator(".boat-more [data-outcome]")).to_have_count(7)
        called = page.locator(".boat:has(.boat-more)").get_attribute("data-id")
        page.keyboard.press(key)
        expect(waiting).to_have_text(str(before - number))
        expect(page.locator(f".boat[data-id='{called}'] .boat-more")).to_have_count(0)
    expect(page.locator("[data-number=answered]")).to_have_text(str(len(ANSWERS)))
    page.keyboard.press("Escape")
    expect(page.locator(".boat-more")).to_have_count(0)

    for ending, begins in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        with page.expect_download() as download:
            page.locator(f".page-head a[href$='list.{ending}']").click()
        assert download.value.path().read_bytes().startswith(begins)

    page.click("form[action$='/lift/'] button")
    expect(page.locator("#recall-status")).to_have_text("Đã bãi bỏ")
    expect(page.locator("#recall-next")).to_have_count(0)
    expect(page.locator("#recall-list")).to_have_attribute("aria-busy", "false")
    page.keyboard.press("a")
    expect(page.locator(".boat-answered")).to_have_count(len(ANSWERS))


def test_the_list_fits_a_telephone_and_a_wall(page: Page) -> None:
    page.goto("/recalls/")
    page.locator("table a").first.click()
    expect(page.locator("#recall-list")).to_have_attribute("aria-busy", "false")
    for width, height in ((390, 844), (1920, 1080), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".boat").first).to_be_visible()
        wide = page.evaluate("document.getElementById('main').scrollWidth")
        assert wide <= width, f"{wide} px of page on {width} px"
