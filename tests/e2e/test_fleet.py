"""A night shift of the fisheries staff: find a boat, call it, hand on the list."""

from __future__ import annotations

import csv
import re
import secrets

import pytest
from playwright.sync_api import Page, expect


def damaged(number: str) -> str:
    """How a radio operator hears TH-95236-TS: no dashes, an O for a zero."""
    return number.replace("-", " ").replace("0", "O", 1)


def test_a_boat_is_found_by_a_damaged_name_called_and_exported(desk: Page) -> None:
    desk.goto("/vessels/")
    expect(desk.locator(".fleet-hero")).to_have_count(5)
    desk.goto("/vessels/list/?sort=name")
    name = desk.locator(".fleet-name").nth(3).inner_text()
    number = re.search(r"\(([^)]+)\)", name)
    assert number is not None, name
    desk.goto("/vessels/")
    desk.fill(".fleet-find input", damaged(number[1]))
    desk.keyboard.press("Enter")
    row = desk.locator("#fleet-rows tr[data-id]").first
    expect(row).to_contain_text(number[1])

    row.click()
    drawer = desk.locator("#fleet-detail .drawer")
    expect(drawer.locator(".drawer-title")).to_contain_text(number[1])
    assert "open=" in desk.url

    said = f"radio check {secrets.token_hex(4)}"
    drawer.locator("summary.btn-primary").click()
    form = drawer.locator("form[action$='/log/contact/']")
    form.locator("[name=outcome]").select_option("promised")
    form.locator("[name=channel]").select_option("radio")
    form.locator("[name=text]").fill(said)
    form.locator("button").click()
    expect(desk.locator("#fleet-detail .boat-log li").first).to_contain_text(said)

    row.locator("input[type=checkbox]").check()
    expect(desk.locator("#fleet-chosen")).to_be_visible()
    with desk.expect_download() as waiting:
        desk.locator("#fleet-chosen a[href*='export.csv']").click()
    with waiting.value.path().open(encoding="utf-8-sig") as file:
        (line,) = csv.DictReader(file)
    assert line["registration"] == number[1]


def test_the_list_is_worked_by_keyboard(desk: Page) -> None:
    desk.goto("/vessels/list/")
    rows = desk.locator("#fleet-rows tr[data-id]")
    expect(rows.first).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    desk.keyboard.press(" ")
    expect(rows.nth(1).locator("input")).to_be_checked()
    desk.keyboard.press("Enter")
    title = rows.nth(1).locator(".fleet-name").inner_text()
    expect(desk.locator("#fleet-detail .drawer-title")).to_have_text(title)
    desk.keyboard.press("Escape")
    expect(desk.locator("#fleet-detail .drawer")).to_have_count(0)


def test_the_daily_list_of_a_moment_is_a_pdf(desk: Page) -> None:
    desk.goto("/vessels/lists/silent_6h/?at=2026-11-01T06:00")
    expect(desk.locator("input[name=at]")).to_have_value("2026-11-01T06:00")
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="PDF").click()
    assert waiting.value.suggested_filename == "vessels-silent-6h-20261101-0600.pdf"


@pytest.mark.parametrize("width", [390, 1920, 3840])
def test_no_page_of_the_fleet_is_wider_than_the_screen(desk: Page, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    for path in ("", "list/?state=in_port", "lists/beyond/"):
        desk.goto(f"/vessels/{path}")
        expect(desk.locator("h1")).to_be_visible()
        wide = desk.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"
