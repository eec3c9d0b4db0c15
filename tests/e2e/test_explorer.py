"""An indicator on the map: chosen, moved through time, ranked, compared, linked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

POVERTY = "KT16"
FLEET = "TC02"
# the map draws itself anew within a frame or two
REPAINT_MS = 100


def open_page(page: Page, path: str) -> None:
    page.goto(f"/indicators/{path}")
    page.wait_for_selector("html[data-ready]", state="attached")


def test_an_indicator_is_found_without_diacritics(page: Page) -> None:
    open_page(page, f"?code={POVERTY}")
    page.locator(".xp-title").click()
    page.locator("#xp-picker input").fill("thu ngan sach")
    options = page.locator("#xp-picker [role=option]")
    expect(options.first).to_have_attribute("data-code", "KT05")
    page.keyboard.press("Enter")
    expect(page.locator("#xp-code")).to_have_text("KT05")
    expect(page).to_have_url(re.compile(r"code=KT05"))
    page.go_back()
    expect(page.locator("#xp-code")).to_have_text(POVERTY)


def test_the_slider_goes_from_27_districts_to_166_communes(page: Page) -> None:
    open_page(page, f"?code={POVERTY}&date=2024-12-31")
    expect(page.locator(".xp-table tbody tr[data-id]")).to_have_count(27)
    page.evaluate("window.stayed = true")
    page.locator(".xp-track").focus()
    # the stops in between: 26 districts from January 2025, then the communes
    page.keyboard.press("ArrowRight")
    expect(page.locator(".xp-table tbody tr[data-id]")).to_have_count(26)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".xp-table tbody tr[data-id]")).to_have_count(166)
    expect(page).to_have_url(re.compile(r"date=2025-07-01"))
    assert page.evaluate("window.stayed")
    painted = page.evaluate("explorer.map.painted_ms")
    assert painted < REPAINT_MS, f"{painted:.0f} ms to paint 166 units"


def test_what_is_missing_is_hatched_and_counted(page: Page) -> None:
    # in the mountains there is no fleet to be counted
    open_page(page, f"?code={FLEET}&kind=district&date=2024-12-31")
    missing = page.locator(".xp-table tr.xp-none")
    count = missing.count()
    assert count > 0
    hatched = page.locator(".xp-legend li:has(.xp-hatch) b")
    expect(hatched).to_have_text(str(count))
    unit_id = int(missing.first.get_attribute("data-id") or 0)
    page.wait_for_function(
        """id => {
          const { map, shown, places } = explorer.map;
          const at = map.project(places.get(id).at);
          const found = map.queryRenderedFeatures(
            [at.x, at.y], { layers: [`${shown}-hatch`] });
          return found.some(one => one.id === id && one.state.missing);
        }""",
        arg=unit_id,
    )


def test_a_unit_that_is_no_part_of_the_answer_has_no_colour(page: Page) -> None:
    open_page(page, f"?code={POVERTY}&date=2024-12-31")
    row = page.locator(".xp-table tbody tr[data-id]").first
    unit_id = int(row.get_attribute("data-id") or 0)
    alpha = """id => {
      const { map, shown, places } = explorer.map;
      const at = map.project(places.get(id).at);
      const layers = [`${shown}-area`];
      const found = map.queryRenderedFeatures([at.x, at.y], { layers });
      return found.find(one => one.id === id)?.layer.paint["fill-color"].a;
    }"""
    page.wait_for_function(f"id => ({alpha})(id) === 1", arg=unit_id)
    # as for somebody whose scope the unit lies outside of
    page.evaluate(
        """id => {
          const { map, shown } = explorer.map;
          const sourceLayer = map.getLayer(`${shown}-area`).sourceLayer;
          map.removeFeatureState({ source: shown, sourceLayer, id });
        }""",
        unit_id,
    )
    page.wait_for_function(f"id => ({alpha})(id) === 0", arg=unit_id)


def test_map_and_ranking_move_together(page: Page) -> None:
    open_page(page, f"?code={POVERTY}&date=2024-12-31")
    row = page.locator(".xp-table tbody tr[data-id]").nth(4)
    unit_id = int(row.get_attribute("data-id") or 0)
    row.hover()
    page.wait_for_function("id => explorer.map.hovered === id", arg=unit_id)
    row.click()
    expect(page.locator("#xp-card h2")).to_have_text(
        row.locator(".xp-unit").inner_text()
    )
    expect(page).to_have_url(re.compile(rf"unit={unit_id}"))
    own = page.locator("#xp-card a.btn-primary")
    expect(own).to_have_attribute("href", f"/indicators/units/{unit_id}/{POVERTY}/")

    # from the map to the row
    other = page.locator(".xp-table tbody tr[data-id]").nth(1)
    other_id = int(other.get_attribute("data-id") or 0)
    page.locator("[data-action=home]").click()
    page.wait_for_function("() => !explorer.map.map.isMoving()")
    at = page.wait_for_function(
        """id => {
          const { map, places } = explorer.map;
          const at = map.project(places.get(id).at);
          if (explorer.map.at(at) !== id) return null;
          const box = map.getCanvas().getBoundingClientRect();
          return [at.x + box.left, at.y + box.top];
        }""",
        arg=other_id,
    ).json_value()
    page.mouse.move(at[0], at[1])
    expect(other).to_have_class(re.compile("xp-lit"))
    page.mouse.click(at[0], at[1])
    expect(other).to_have_attribute("aria-selected", "true")


def test_the_ranking_is_sorted_filtered_and_worked_by_keyboard(page: Page) -> None:
    open_page(page, f"?code={POVERTY}&date=2024-12-31")
    page.locator("th[data-col=value] button").click()
    expect(page.locator("th[data-col=value]")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(page).to_have_url(re.compile(r"sort=-value"))
    first = page.locator(".xp-table tbody tr[data-id]").first
    first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator(".xp-table tbody tr[data-id]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-selected", "true")
    page.locator("#xp-find").fill("nhu xuan")
    expect(page.locator(".xp-table tbody tr[data-id]")).to_have_count(1)


def test_a_link_brings_the_whole_view_back(page: Page) -> None:
    link = (
        f"?code={POVERTY}&date=2022-12-31&units=today&method=equal&count=4"
        "&sort=-value&map=8.60/19.9000/105.5000"
    )
    open_page(page, link)
    expect(page.locator("#xp-units")).to_have_value("today")
    expect(page.locator("#xp-method")).to_have_value("equal")
    expect(page.locator("#xp-count")).to_have_value("4")
    expect(page.locator("#xp-date")).to_have_value("2022-12-31")
    expect(page.locator(".xp-table tbody tr[data-id]")).to_have_count(166)
    # no commune existed then: what is shown is an estimate and says so
    expect(page.locator(".xp-table .xp-approx").first).to_be_visible()
    classes = page.locator(".xp-legend li .xp-swatch:not(.xp-hatch, .xp-est)")
    assert 1 <= classes.count() <= 4
    view = page.evaluate("explorer.map.map.getZoom()")
    assert abs(view - 8.6) < 0.01


def test_small_multiples_share_their_classes_and_lead_to_the_map(page: Page) -> None:
    open_page(page, f"small/?code={POVERTY}")
    cells = page.locator(".xp-cell")
    expect(cells.first).to_be_visible()
    assert 3 <= cells.count() <= 12
    assert page.locator(".xp-small-legend li").count() >= 2
    day = cells.nth(1).get_attribute("data-date")
    cells.nth(1).click()
    page.wait_for_url(re.compile(r"/indicators/\?"))
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#xp-date")).to_have_value(str(day))


def test_two_dates_are_swiped_by_keyboard_and_subtracted(page: Page) -> None:
    open_page(page, f"compare/?code={POVERTY}&a=2022-12-31&b=2024-12-31")
    bar = page.locator(".xp-swipe")
    expect(bar).to_have_attribute("aria-valuenow", "50")
    bar.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(bar).to_have_attribute("aria-valuenow", "40")
    clip = page.locator("#xp-map-b").evaluate("node => node.style.clipPath")
    assert "40%" in clip
    page.keyboard.press("End")
    expect(bar).to_have_attribute("aria-valuenow", "100")

    page.locator("#xp-mode").select_option("difference")
    expect(bar).to_be_hidden()
    expect(page).to_have_url(re.compile("mode=difference"))
    expect(page.locator(".xp-legend .xp-swatch:not(.xp-hatch, .xp-est)")).to_have_count(
        7
    )


def test_two_units_stand_beside_each_other(page: Page) -> None:
    open_page(page, "compare/?view=units&date=2024-12-31")
    table = page.locator(".xp-table-units")
    expect(table.locator("tbody tr").nth(3)).to_be_visible()
    before = page.locator("#xp-name").inner_text().split(" | ")
    page.locator(".xp-controls .btn-icon").click()
    expect(page.locator("#xp-name")).to_have_text(" | ".join(reversed(before)))


@pytest.mark.parametrize("width", [390, 1920, 3840])
def test_no_page_of_the_explorer_is_wider_than_the_screen(
    page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("", "small/", "compare/", "compare/?view=units"):
        open_page(page, path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"
