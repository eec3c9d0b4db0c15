"""Live rows drawn by the page itself: found by a click, filtered, there again after
the graphics card has lost everything."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

# Hands over what draws the rows: the page keeps it to itself.
_CATCH = """
async () => {
  const {LivePoints} = await import("@ioc/map/livepoints.js");
  const begin = LivePoints.prototype.begin;
  LivePoints.prototype.begin = function () {
    if (this.store.count) window.moving = this;
    return begin.call(this);
  };
}
"""
_DRAWN = """
() => {
  const {store, layers, zoom, map} = window.moving;
  map.triggerRepaint();
  const half = (row) => Math.max(...layers.map((layer) => layer.halfSize(row, zoom)));
  return [...store.rows()].filter((row) => half(row) > 0).length;
}
"""
# A row that no other is near, and where it is on the page.
_ALONE = """
() => {
  const {store, map} = window.moving;
  const box = map.getContainer().getBoundingClientRect();
  const placed = [...store.rows()].map((row) => {
    const at = map.project(window.moving.lonLat(row));
    return {id: store.ids[row], x: at.x + box.x, y: at.y + box.y};
  });
  const far = (one) => placed.every((other) => one === other ||
    Math.hypot(one.x - other.x, one.y - other.y) > 30);
  const free = (one) => document.elementFromPoint(one.x, one.y)?.tagName === "CANVAS";
  return placed.find((one) => free(one) && far(one)) ?? null;
}
"""
_LOSE = """
() => {
  const gl = window.moving.map.getCanvas().getContext("webgl2");
  const hand = gl.getExtension("WEBGL_lose_context");
  hand.loseContext();
  return new Promise((done) => {
    setTimeout(() => { hand.restoreContext(); done(); }, 300);
  });
}
"""
_HELD = """
() => {
  const {map, texture, images, layers} = window.moving;
  const gl = map.getCanvas().getContext("webgl2");
  return gl.isTexture(texture.texture) && gl.isTexture(images) &&
    layers.some((layer) => gl.isTexture(layer.table.texture));
}
"""


@pytest.fixture
def moving(page: Page) -> Page:
    """The map with nothing on it but what moves."""
    page.goto("/#map=8.4/19.5/106.3&layers=vessels")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate(_CATCH)
    page.evaluate("() => dispatchEvent(new Event('resize'))")
    page.wait_for_function("() => window.moving?.store.count > 0")
    return page


def alone(page: Page) -> dict[str, Any]:
    page.wait_for_function(f"() => ({_ALONE})() !== null")
    return dict(page.evaluate(_ALONE))


def test_a_click_on_what_moves_opens_it(moving: Page) -> None:
    one = alone(moving)
    moving.mouse.move(one["x"], one["y"])
    expect(moving.locator("#map canvas.maplibregl-canvas")).to_have_css(
        "cursor", "pointer"
    )
    moving.mouse.click(one["x"], one["y"])
    expect(moving.locator("#drawer")).to_be_visible()
    expect(moving).to_have_url(re.compile(rf"open=vessels/{int(one['id'])}\b"))


def test_a_filter_leaves_out_rows_that_do_not_pass(moving: Page) -> None:
    moving.wait_for_function(f"() => ({_DRAWN})() > 0")
    before = moving.evaluate(_DRAWN)
    moving.evaluate("() => { location.hash += '&f.vessels=speed_kn:90..' }")
    moving.wait_for_function(f"() => ({_DRAWN})() < {before}")


def test_what_moves_is_there_again_after_the_graphics_card_was_lost(
    moving: Page,
) -> None:
    moving.wait_for_function(f"() => ({_DRAWN})() > 0")
    moving.evaluate(_LOSE)
    moving.wait_for_function(f"() => window.moving.map.style && ({_HELD})()")
    assert moving.evaluate(_DRAWN) > 0
