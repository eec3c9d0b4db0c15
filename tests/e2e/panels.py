"""A wall of small panels in one browser: opened, conducted, seen as one picture."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import Instance, manage

COLUMNS, ROWS, WIDTH, HEIGHT, BEZEL = 4, 2, 480, 270, 6
PLACES = [(c, r) for r in range(1, ROWS + 1) for c in range(1, COLUMNS + 1)]
ACROSS, DOWN = COLUMNS * (WIDTH + BEZEL) - BEZEL, ROWS * (HEIGHT + BEZEL) - BEZEL
SLUG, CONSOLE = "e2e-wall", "e2e"

# Maps of the ground alone do not change while they are looked at.
MAKE = f"""
from gis_ioc.wall.models import Playlist, Scene, Wall
wall, _ = Wall.objects.update_or_create(slug="{SLUG}", defaults=dict(
    title="e2e", columns={COLUMNS}, rows={ROWS}, panel_width_px={WIDTH},
    panel_height_px={HEIGHT}, bezel_px={BEZEL}, pitch_mm=2.4, farthest_m=5))
def pane(id, kind, column, width, **options):
    return dict(id=id, kind=kind, column=column, row=0, width=width, height=12,
                options=options)
def scene(slug, *panes, **more):
    body = dict(roles=["administrative-units"], panes=list(panes), **more)
    Scene.objects.update_or_create(
        slug=slug, defaults=dict(title=slug, body=body, wall=wall))
scene("e2e-map", pane("map", "map", 0, 24))
scene("e2e-side", pane("map", "map", 0, 16), pane("alerts", "alerts", 16, 8),
      camera=dict(kind="view", lon=105.8, lat=19.8, zoom=9))
scene("e2e-words", pane("clock", "clock", 0, 8), pane("list", "orders", 8, 8),
      pane("words", "text", 16, 8, title="Words", body="words"))
Playlist.objects.update_or_create(slug="e2e-round", defaults=dict(
    title="round", pause_on_alarm=False,
    items=[dict(scene=slug, dwell_s=6) for slug in ("e2e-map", "e2e-side")]))
"""

SETTLED = """() => {
  const wall = globalThis.iocWall;
  if (!wall?.show || wall.frames.running) return false;
  const idle = (view) => view.layers && view.map.loaded();
  return [...wall.built.values()].every(({part}) => !part.view || idle(part.view));
}"""
ACT = """async ([slug, body]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = {"Content-Type": "application/json", "X-CSRFToken": token,
                   "Idempotency-Key": crypto.randomUUID()};
  const options = {method: "POST", headers, body: JSON.stringify(body)};
  const answer = await fetch(`/wall/${slug}/acts`, options);
  return [answer.status, await answer.text()];
}"""


def make_wall(instance: Instance) -> None:
    manage({**os.environ, **instance.env}, "shell", "-c", MAKE)


def address(place: tuple[int, int] | None = None) -> str:
    return f"/wall/{SLUG}" + (f"/{place[0]}/{place[1]}" if place else "")


@dataclass
class Panels:
    """Pages by their place, each in a window of its own: a tab behind another one
    draws nothing. ``console`` is one more that shows the whole canvas."""

    browser: Browser
    base: str
    session: Any
    pages: dict[tuple[int, int], Page] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(self, width: int, height: int) -> Page:
        context = self.browser.new_context(
            base_url=self.base,
            storage_state=self.session,
            viewport={"width": width, "height": height},
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def open(self, *places: tuple[int, int]) -> None:
        for place in places:
            page = self.window(WIDTH, HEIGHT)
            page.goto(address(place))
            self.pages[place] = page

    def console(self) -> Page:
        """It has the hand, and its camera is followed."""
        page = self.window(ACROSS, DOWN)
        page.goto(address())
        page.wait_for_selector("html[data-ready]", state="attached")
        joined = {"type": "wall.join", "wall": SLUG, "panel": None, "console": CONSOLE}
        page.evaluate("(said) => iocWall.link.socket.send(said)", joined)
        for name in ("take", "arm"):
            act(page, {"act": name, "console": CONSOLE})
        return page

    def settle(self) -> None:
        for page in self.pages.values():
            page.wait_for_function(SETTLED)

    def shows(self, scene: str) -> None:
        for page in self.pages.values():
            page.wait_for_selector(f"html[data-scene={scene}]", state="attached")

    def stitched(self) -> np.ndarray:
        """All panels where they hang; what the bezels hide is black."""
        whole = Image.new("RGB", (ACROSS, DOWN))
        for (column, row), page in self.pages.items():
            x, y = (column - 1) * (WIDTH + BEZEL), (row - 1) * (HEIGHT + BEZEL)
            whole.paste(picture(page), (x, y))
        return np.asarray(whole).astype(int)


def picture(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def act(page: Page, body: dict[str, Any]) -> None:
    status, text = page.evaluate(ACT, [SLUG, {"console": CONSOLE, **body}])
    assert status == 200, text


def part(whole: np.ndarray, place: tuple[int, int]) -> np.ndarray:
    x, y = (place[0] - 1) * (WIDTH + BEZEL), (place[1] - 1) * (HEIGHT + BEZEL)
    return whole[y : y + HEIGHT, x : x + WIDTH]


def moved_by(one: np.ndarray, other: np.ndarray, most: int = 3) -> tuple[int, int]:
    """By how many pixels ``other`` must be moved to look most like ``one``."""
    height, width = one.shape[:2]
    inner = one[most : height - most, most : width - most]

    def apart(dx: int, dy: int) -> float:
        part = other[most + dy : height - most + dy, most + dx : width - most + dx]
        return float(np.abs(inner - part).mean())

    steps = range(-most, most + 1)
    return min(((dx, dy) for dx in steps for dy in steps), key=lambda d: apart(*d))


def frames(page: Page) -> list[dict[str, float]]:
    """What was drawn when: {local, at, x, y, zoom}; ``local`` is epoch ms of this
    machine, the same for all pages here."""
    return json.loads(page.evaluate("JSON.stringify(iocWall.frames.log)"))
