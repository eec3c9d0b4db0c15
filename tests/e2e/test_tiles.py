"""The page about the tiles, and every source of the catalogue drawn by MapLibre."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Instance

READY = "html[data-ready]"
DRAWN = "() => tilesPage.map.loaded() && tilesPage.map.isSourceLoaded('preview')"
# Clients put numbers where the template has names.
TEMPLATE = re.compile(r"\{([zxy])\}")


@pytest.fixture
def tiles_page(page: Page) -> Page:
    page.goto("/tiles/")
    page.wait_for_selector(READY, state="attached")
    return page


def sources(page: Page) -> list[str]:
    answer = page.request.get("/tiles/catalog")
    return list(answer.json()["tiles"])


def has_rows(page: Page, source: str) -> bool:
    """Whether the layer has things that are somewhere; the ground always has."""
    answer = page.request.get(f"/api/v1/layers/{source}/features?limit=1000")
    if answer.status == 404:
        return True
    features = answer.json()["features"]
    return any(feature["geometry"] for feature in features)


def choose(page: Page, source: str) -> None:
    page.locator(f"[data-source='{source}']").click()
    page.wait_for_function("id => tilesPage.preview.source?.id === id", arg=source)
    page.wait_for_function(DRAWN)


def copied(page: Page) -> list[str]:
    """What the copy buttons hold as addresses."""
    found: list[Any] = page.locator("[data-copy-url]").evaluate_all(
        "nodes => nodes.map((node) => node.dataset.copyUrl)"
    )
    return found


def a_tile(page: Page, template: str) -> str:
    """The template's address of a tile that the map has loaded."""
    page.wait_for_function("() => tilesPage.visible().length > 0")
    tile = page.evaluate("tilesPage.visible()[0]")
    return TEMPLATE.sub(lambda name: str(tile[name.group(1)]), template)


def test_every_source_of_the_catalogue_is_drawn(tiles_page: Page) -> None:
    """The fixture fails this when the console says an error."""
    drawn = {}
    for source in sources(tiles_page):
        choose(tiles_page, source)
        if not has_rows(tiles_page, source):
            continue
        tiles_page.wait_for_function("() => tilesPage.preview.rendered().length > 0")
        drawn[source] = tiles_page.evaluate("tilesPage.preview.rendered().length")
        measured = tiles_page.evaluate("tilesPage.visible()")
        assert {tile["status"] for tile in measured} <= {200, 204, 304}
        assert sum(tile["features"] for tile in measured) > 0
    assert len(drawn) >= 10, drawn


def test_the_copy_buttons_hold_addresses_that_answer(tiles_page: Page) -> None:
    for source in sources(tiles_page):
        choose(tiles_page, source)
        addresses = copied(tiles_page)
        assert any("{z}" in address for address in addresses)
        for address in addresses:
            answer = tiles_page.request.get(a_tile(tiles_page, address))
            assert answer.status in (200, 204), f"{source}: {address}"
            assert address.startswith(tiles_page.url.split("/tiles/")[0])


def test_a_tile_tells_its_bytes_features_and_time(tiles_page: Page) -> None:
    choose(tiles_page, "basemap")
    tiles_page.get_by_role("button", name=re.compile("Đo lại")).click()
    tiles_page.wait_for_function(
        "() => tilesPage.visible().some((tile) => tile.encoded > 0"
        " && tile.decoded >= tile.encoded && tile.features > 0"
        " && tile.server_ms > 0 && tile.total_ms > 0)"
    )
    tiles_page.locator("#tab-tiles").click()
    rows = tiles_page.locator("#measure-rows tr")
    expect(rows.first).to_contain_text("kB")
    rows.first.get_by_role("button").click()
    details = tiles_page.locator("#panel-details")
    expect(details).to_be_visible()
    expect(details).to_contain_text("gzip")


def test_a_click_on_a_feature_shows_its_properties_with_type_and_unit(
    tiles_page: Page,
) -> None:
    choose(tiles_page, "schools")
    tiles_page.wait_for_function("() => tilesPage.preview.rendered().length > 0")
    place = tiles_page.evaluate(
        """() => {
          const { map, preview } = tilesPage;
          const box = map.getCanvas().getBoundingClientRect();
          const points = preview.rendered()
            .map((one) => map.project(one.geometry.coordinates))
            .filter(({ x, y }) => x > 60 && y > 60
              && x < box.width - 90 && y < box.height - 60);
          return { x: points[0].x, y: points[0].y };
        }"""
    )
    tiles_page.locator("#map canvas").click(position=place)
    details = tiles_page.locator("#panel-details")
    expect(details).to_contain_text("integer")
    expect(details).to_contain_text("người")


def test_parameters_go_into_every_address_and_stay_in_the_link(
    tiles_page: Page,
) -> None:
    choose(tiles_page, "schools")
    tiles_page.locator("#tab-query").click()
    tiles_page.fill("#q-filter", "level = 'primary'")
    tiles_page.fill("#q-limit", "50")
    with tiles_page.expect_response(
        re.compile(r"/tiles/schools/\d+/\d+/\d+\?filter=.*limit=50")
    ) as answer:
        tiles_page.locator("#query button[type=submit]").click()
    assert answer.value.status in (200, 204)
    tiles_page.wait_for_function(DRAWN)
    expect(tiles_page.locator("#query-ok")).to_be_visible()
    with_query = [address for address in copied(tiles_page) if "filter=" in address]
    assert len(with_query) >= 3
    link = tiles_page.url
    assert "filter=" in link
    tiles_page.goto("about:blank")
    tiles_page.goto(link)
    tiles_page.wait_for_selector(READY, state="attached")
    expect(tiles_page.locator("#q-filter")).to_have_value("level = 'primary'")


def test_a_filter_that_cannot_be_read_is_explained(
    browser: Browser, instance: Instance, signed_in: dict[str, object]
) -> None:
    # not the page of the fixture: browsers log every answer of 400
    context = browser.new_context(
        base_url=instance.url,
        storage_state=signed_in,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto("/tiles/#source=schools&tab=query&filter=nosuch%20%3D%201")
    expect(page.locator("#query-error")).to_contain_text("nosuch")
    context.close()


def test_the_search_forgives_missing_diacritics(tiles_page: Page) -> None:
    tiles_page.fill("#list-find", "truong hoc")
    shown = tiles_page.locator("[data-source]:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("Trường học")


def test_the_list_and_the_tabs_work_by_keyboard_alone(tiles_page: Page) -> None:
    first = tiles_page.locator("[data-source]").first
    first.focus()
    tiles_page.keyboard.press("ArrowDown")
    second = tiles_page.locator("[data-source]").nth(1)
    expect(second).to_be_focused()
    tiles_page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-current", "true")
    tiles_page.locator("#tab-connect").focus()
    tiles_page.keyboard.press("ArrowRight")
    expect(tiles_page.locator("#panel-query")).to_be_visible()
    expect(tiles_page.locator("#tab-query")).to_be_focused()


def test_qgis_gets_a_file_with_every_source(tiles_page: Page) -> None:
    with tiles_page.expect_download() as download:
        tiles_page.locator("#client-files button").nth(1).click()
    text = download.value.path().read_text()
    assert text.startswith("<!DOCTYPE connections>")
    assert text.count("<vectortile ") == len(sources(tiles_page))
    assert "key=" not in text


def test_on_a_phone_the_list_lies_over_the_map_and_nothing_is_cut_off(
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
    page.goto("/tiles/")
    page.wait_for_selector(READY, state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#list")).to_be_hidden()
    page.locator(".tp-list-open").tap()
    expect(page.locator("#list")).to_be_visible()
    page.locator("[data-source='units']").tap()
    expect(page.locator("#list")).to_be_hidden()
    context.close()


def test_the_first_visit_asks_to_sign_in_and_programs_get_the_service(
    browser: Browser, instance: Instance
) -> None:
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    page.goto("/tiles")
    assert "/accounts/login/?next=/tiles/" in page.url
    text = context.request.get("/tiles/", headers={"Accept": "*/*"}).text()
    assert "catalog" in text
    assert "<html" not in text
    context.close()
