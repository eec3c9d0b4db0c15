"""What people see: each test is something an operator does."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from .conftest import Instance, sign_in
from .panels import ACT


def test_who_is_not_signed_in_is_asked_to_and_comes_back(
    browser: Browser, instance: Instance
) -> None:
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    page.goto("/")
    assert "/accounts/login/" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    sign_in(page, instance)
    page.wait_for_selector("html[data-ready]", state="attached")
    context.close()


def test_a_wrong_password_is_refused_with_words(
    browser: Browser, instance: Instance
) -> None:
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("#id_login", "nobody-of-that-name")
    page.fill("#id_password", "wrong")
    page.click("form[action='/accounts/login/'] button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    context.close()


def test_the_map_draws_land_layers_and_labels_without_errors(map_page: Page) -> None:
    rows = map_page.locator("#layer-tree .layer")
    assert rows.count() >= 12
    expect(map_page.locator("#layer-tree")).to_have_attribute("aria-busy", "false")
    with map_page.expect_response(re.compile(r"/tiles/basemap/")) as basemap:
        map_page.reload()
    assert basemap.value.status in (200, 204, 304)
    map_page.wait_for_selector("html[data-ready]", state="attached")
    map_page.wait_for_load_state("networkidle")
    # WebGL keeps no picture between frames: ask for one and look at the screenshot.
    picture = map_page.locator("#map").screenshot()
    assert len(picture) > 20_000, "the map is one flat colour"


def test_search_forgives_missing_diacritics_and_opens_the_drawer(
    map_page: Page,
) -> None:
    map_page.keyboard.press("/")
    expect(map_page.locator("#find-input")).to_be_focused()
    map_page.keyboard.type("tieu hoc")
    first = map_page.locator("#find-list [data-index='0']")
    expect(first).to_contain_text("Tiểu học")
    map_page.keyboard.press("ArrowDown")
    chosen = map_page.locator("#find-list [aria-selected='true'] .find-title")
    title = chosen.inner_text()
    map_page.keyboard.press("Enter")
    expect(map_page.locator("#drawer .drawer-title")).to_have_text(title)
    expect(map_page).to_have_url(re.compile(r"open=\w+/\d+"))


def test_escape_closes_the_drawer_and_the_address_forgets_it(map_page: Page) -> None:
    map_page.keyboard.press("/")
    map_page.keyboard.type("tieu hoc")
    map_page.locator("#find-list [data-index='0']").click()
    expect(map_page.locator("#drawer")).to_be_visible()
    map_page.keyboard.press("Escape")
    expect(map_page.locator("#drawer")).to_be_hidden()
    map_page.wait_for_function("() => !location.hash.includes('open=')")


def test_a_link_restores_place_layers_filter_and_drawer(page: Page) -> None:
    link = (
        "/#map=11.00/19.80000/105.77000&layers=schools,units"
        "&f.schools=level:primary&open=schools/1"
    )
    page.goto(link)
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#layer-schools")).to_be_checked()
    expect(page.locator("#layer-zones")).not_to_be_checked()
    expect(page.locator("[data-slug='schools']")).to_have_class(
        re.compile("layer-filtered")
    )
    expect(page.locator("#drawer .drawer-title")).not_to_be_empty()
    expect(page.locator("#zoom")).to_contain_text("11")
    expect(page).to_have_url(
        re.compile("layers=schools,units.*f.schools=level:primary")
    )


def test_a_filter_goes_into_the_tile_address(map_page: Page) -> None:
    row = map_page.locator("[data-slug='schools']")
    row.locator("input[type=checkbox]").first.check()
    row.locator(".layer-filter").click()
    with map_page.expect_response(re.compile(r"/tiles/schools/.*filter=")) as answer:
        row.locator(".choice input").first.check()
    assert answer.value.status in (200, 204)


def test_layers_can_be_switched_by_keyboard_alone(map_page: Page) -> None:
    box = map_page.locator("#layer-schools")
    before = box.is_checked()
    box.focus()
    map_page.keyboard.press("Space")
    expect(box).to_be_checked(checked=not before)


def test_the_language_switches_and_the_view_stays(map_page: Page) -> None:
    map_page.wait_for_function("() => location.hash.includes('map=')")
    expect(map_page.locator(".panel-layers h2")).to_have_text("Lớp bản đồ")
    shown = map_page.evaluate("location.hash.match(/map=[^&]*/)[0]")
    map_page.locator(".bar-end > [data-action=language]").click()
    map_page.wait_for_selector("html[lang=en][data-ready]")
    expect(map_page.locator(".panel-layers h2")).to_have_text("Layers")
    assert shown in map_page.evaluate("location.hash")


def test_the_theme_switches_without_a_reload(map_page: Page) -> None:
    map_page.evaluate("window.sameDocument = true")
    map_page.keyboard.press("t")
    expect(map_page.locator("html")).to_have_attribute("data-theme", "light")
    assert map_page.evaluate("window.sameDocument")
    map_page.keyboard.press("t")
    expect(map_page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_chip_says_live_while_the_channel_is_open(page: Page) -> None:
    # without the boats: nothing moves them here, and the chip would say so
    page.goto("/#layers=units")
    expect(page.locator("#live-chip")).to_have_attribute("data-state", "live")


def test_the_question_mark_lists_the_keys(map_page: Page) -> None:
    map_page.keyboard.press("?")
    expect(map_page.locator("#help")).to_be_visible()
    map_page.keyboard.press("Escape")
    expect(map_page.locator("#help")).to_be_hidden()


def test_a_phone_gets_sheets_and_targets_a_thumb_can_hit(
    browser: Browser, instance: Instance, signed_in: dict[str, object]
) -> None:
    context = browser.new_context(
        base_url=instance.url,
        storage_state=signed_in,  # type: ignore[arg-type]
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    page.goto("/")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#layers")).to_be_hidden()
    page.locator("#open-layers").tap()
    expect(page.locator("#layers")).to_be_visible()
    box = page.locator("#layer-tree .layer-label").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    context.close()


def overview(page: Page) -> None:
    """The main wall with its first scene: others may have conducted it."""
    page.goto("/wall/main")
    page.wait_for_selector("html[data-ready]", state="attached")
    body = {"console": "screens", "act": "scene", "scene": "overview"}
    status, text = page.evaluate(ACT, ["main", body])
    assert status == 200, text
    page.wait_for_selector("html[data-scene=overview]", state="attached")


def test_the_wall_shows_clock_counts_and_the_state_of_its_data(page: Page) -> None:
    overview(page)
    clock = page.locator(".wall-time time")
    expect(clock).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    expect(page.locator(".wall-chip")).to_have_attribute(
        "data-state", re.compile("live|delayed")
    )
    expect(page.locator(".wall-count").first).to_be_visible()


def test_the_wall_draws_no_word_smaller_than_the_farthest_reader_needs(
    page: Page,
) -> None:
    overview(page)
    page.wait_for_selector(".wall-count")
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('body *')]
          .filter((node) => node.offsetParent && node.textContent.trim()
            && ![...node.children].length)
          .map((node) => parseFloat(getComputedStyle(node).fontSize)))"""
    )
    # everything is drawn in pixels of the canvas and scaled as one
    needed = page.evaluate("iocWall.link.bundle.sizes.text")
    assert smallest >= needed - 0.1


def test_an_address_that_does_not_exist_says_what_to_do(
    browser: Browser, instance: Instance, signed_in: dict[str, object]
) -> None:
    context = browser.new_context(
        base_url=instance.url,
        storage_state=signed_in,  # type: ignore[arg-type]
    )
    page = context.new_page()
    answer = page.goto("/drawer/nothing/1/")
    assert answer is not None
    assert answer.status == 404
    context.close()
