"""Panels of a wall as pages of headless Chromium, and what each of them measures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Software drawing: no graphics card is needed, and none is measured.
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--enable-precise-memory-info",
    "--js-flags=--expose-gc",
]
PANEL = {"width": 1920, "height": 1080}
START_MS = 180_000
# Times of frames, of what scripts do in them, and of what a message costs.
_WATCH = """
(() => {
  const seen = window.seen = {frames: [], scripts: [], takes: [], bytes: 0, rows: 0};
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => ask((time) => {
    const began = performance.now();
    work(time);
    seen.scripts.push(performance.now() - began);
  });
  let last = 0;
  const beat = (time) => {
    if (last) seen.frames.push(time - last);
    last = time;
    ask(beat);
  };
  ask(beat);
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    set onmessage(work) {
      super.onmessage = (event) => {
        const size = event.data.byteLength ?? event.data.length;
        const began = performance.now();
        work(event);
        seen.bytes += size;
        if (event.data.byteLength) seen.takes.push(performance.now() - began);
      };
    }
  };
})();
"""
_PATCH = """
async ({all, tiles, bare}) => {
  const {LivePoints} = await import("@ioc/map/livepoints.js");
  const {LiveColumns} = await import("@ioc/live/columns.js");
  const {MapLayers} = await import("@ioc/map/layers.js");
  const apply = LiveColumns.prototype.apply;
  LiveColumns.prototype.apply = function (frame) {
    window.seen.rows += frame.count;
    window.seen.held = this;
    return apply.call(this, frame);
  };
  if (all) LivePoints.prototype.schedule = function () { this.map.triggerRepaint(); };
  if (bare) {
    const {PointLayer} = await import("@ioc/map/pointlayer.js");
    PointLayer.prototype.render = function () { this.points.begin(); };
  }
  if (!tiles) return;
  const useRows = MapLayers.prototype.useRows;
  MapLayers.prototype.useRows = function (slug) {
    return useRows.call(this, slug, false);
  };
  MapLayers.prototype.grown = function (slug) { this.refresh(slug, {overview_s: 2}); };
}
"""
_READ = """
() => {
  const {frames, scripts, takes, bytes, rows, held} = window.seen;
  const heap = performance.memory?.usedJSHeapSize ?? 0;
  const count = held?.count ?? 0;
  Object.assign(window.seen, {frames: [], scripts: [], takes: [], bytes: 0, rows: 0});
  return {frames, scripts, takes, bytes, rows, heap, count};
}
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page saw since it was read before: times in ms, sizes in bytes."""

    frames: list[float]
    scripts: list[float]
    takes: list[float]
    bytes: int
    rows: int
    heap: int
    count: int


@dataclass(slots=True)
class Panel:
    """One page of the map."""

    page: Page

    def patch(
        self, *, all_frames: bool = False, tiles: bool = False, bare: bool = False
    ) -> None:
        """Draw without pause; from tiles, as layers too large for rows are; or
        everything but the points."""
        asked = {"all": all_frames, "tiles": tiles, "bare": bare}
        self.page.evaluate(_PATCH, asked)

    def read(self) -> Reading:
        return Reading(**self.page.evaluate(_READ))

    def collect(self) -> None:
        """Throw away what is garbage, so that the heap tells what is kept."""
        self.page.evaluate("() => window.gc?.()")


@contextmanager
def chromium() -> Iterator[tuple[Browser, int]]:
    """A browser and its process id."""
    program = os.environ.get("IOC_CHROMIUM") or shutil.which("chromium")
    if program is None:
        raise SystemExit("chromium is not installed: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise SystemExit("playwright is not installed (requirements-dev)") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        client = browser.new_browser_cdp_session()
        processes = client.send("SystemInfo.getProcessInfo")["processInfo"]
        (pid,) = (one["id"] for one in processes if one["type"] == "browser")
        try:
            yield browser, pid
        finally:
            browser.close()


def panel(
    browser: Browser, base: str, cookie: str, slug: str, camera: tuple[float, ...]
) -> Panel:
    """A page at (zoom, lat, lon) that shows nothing but the layer ``slug``."""
    context = browser.new_context(viewport=PANEL)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.on("pageerror", lambda error: print(f"a panel says: {error}", flush=True))

    zoom, lat, lon = camera
    address = f"{base}/#map={zoom}/{lat}/{lon}&layers={slug}"
    answer = page.goto(address, timeout=START_MS)
    if answer is None or not answer.ok:
        raise SystemExit(f"{address}: {answer.status if answer else 'no answer'}")
    page.wait_for_selector("html[data-ready]", timeout=START_MS, state="attached")
    return Panel(page)


def texts(readings: list[Reading], name: str) -> list[float]:
    """All times of one name, of all panels."""
    return [value for reading in readings for value in getattr(reading, name)]
