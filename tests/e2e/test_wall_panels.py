"""A wall of eight panels: one picture, one clock, back by itself after every fault."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from . import panels as wall
from .conftest import Instance, Served, free_port, sign_in
from .panels import ACROSS, DOWN, PLACES, SLUG, Panels, act, frames, part

pytest.importorskip("numpy")


@pytest.fixture(scope="module")
def hung(instance: Instance) -> Instance:
    wall.make_wall(instance)
    return instance


@pytest.fixture
def panels(
    browser: Browser, hung: Instance, signed_in: dict[str, object]
) -> Iterator[Panels]:
    made = Panels(browser, hung.url, signed_in)
    yield made
    made.close()


def test_map_and_names_meet_at_the_bezels(panels: Panels):
    console = panels.console()
    act(console, {"act": "scene", "scene": "e2e-map"})
    act(console, {"act": "camera", "camera": {"x": 0.7937, "y": 0.4432, "zoom": 8.3}})
    panels.open(*PLACES)
    panels.shows("e2e-map")
    panels.settle()
    console.wait_for_function(wall.SETTLED)
    stitched = panels.stitched()
    whole = np.asarray(wall.picture(console)).astype(int)
    assert whole.shape == (DOWN, ACROSS, 3)
    shares = []
    for place in PLACES:
        mine, same = part(stitched, place), part(whole, place)
        assert wall.moved_by(mine, same) == (0, 0), place
        # names and lines alike: at most one name has room on one of the two only
        other = np.abs(mine - same).max(axis=2) > 40
        shares.append(other.mean())
        assert other.mean() < 0.006, place
    print(f"\npixels that differ from the whole: {100 * np.mean(shares):.3f} %")
    assert stitched.std() > 5  # there is a map


LEAD = """async ([slug, from, to, steps]) => {
  const sent = [];
  const middle = (a, b, k) => a + (b - a) * k;
  for (let i = 0; i <= steps; i++) {
    const k = i / steps;
    const camera = {x: middle(from.x, to.x, k), y: middle(from.y, to.y, k),
                    zoom: middle(from.zoom, to.zoom, k)};
    sent.push({local: performance.timeOrigin + performance.now(), ...camera});
    iocWall.link.socket.send({type: "wall.camera", wall: slug, rest: i === steps,
                              ...camera});
    await new Promise((done) => setTimeout(done, 50));
  }
  return sent;
}"""


def shown_at(log: list[dict[str, float]], local: float) -> float | None:
    """Zoom that a panel had on its glass at a moment."""
    before = [frame["zoom"] for frame in log if frame["local"] <= local]
    return before[-1] if before else None


def test_all_panels_follow_the_console_at_once(panels: Panels):
    console = panels.console()
    act(console, {"act": "scene", "scene": "e2e-map"})
    panels.open(*PLACES)
    panels.shows("e2e-map")
    panels.settle()
    start, end = ({"x": 0.793, "y": 0.443, "zoom": z} for z in (8.0, 9.0))
    console.evaluate(LEAD, [SLUG, start, start, 1])
    panels.settle()
    for page in panels.pages.values():
        page.evaluate("() => { iocWall.frames.log.length = 0 }")
    sent = console.evaluate(LEAD, [SLUG, start, end, 80])
    for page in panels.pages.values():
        page.wait_for_function(
            "() => globalThis.iocWall?.frames.log.at(-1)?.zoom === 9"
        )
    logs = {place: frames(page) for place, page in panels.pages.items()}
    a_ms = 1.0 / (sent[-1]["local"] - sent[0]["local"])  # zoom in a ms
    zooms, times = [s["zoom"] for s in sent], [s["local"] for s in sent]

    def inside(frame: dict[str, float]) -> bool:
        return zooms[0] < frame["zoom"] < zooms[-1]

    moments = np.linspace(sent[20]["local"], sent[-10]["local"], 200)
    apart, late, skew = [], [], []
    for moment in moments:
        seen = [shown_at(log, moment) for log in logs.values()]
        known = [zoom for zoom in seen if zoom is not None]
        apart.append((max(known) - min(known)) / a_ms)
        wanted = np.interp(
            moment, [s["local"] for s in sent], [s["zoom"] for s in sent]
        )
        late.append((wanted - float(np.median(known))) / a_ms)
    # what each draws for one moment of the server's clock, whenever its frame comes
    for place, log in logs.items():
        del place
        skew.append(np.median([f["at"] - f["local"] for f in log]))
    offsets = max(skew) - min(skew)
    # how old what a frame shows is at the moment of that frame: what would be left
    # of skew and delay with a card that draws every frame
    old = [
        [f["local"] - np.interp(f["zoom"], zooms, times) for f in log if inside(f)]
        for log in logs.values()
    ]
    each = [float(np.median(one)) for one in old if one]
    rate = np.median([len(log) for log in logs.values()]) / (1 / a_ms / 1000)
    print(
        f"\n8 panels, {rate:.1f} frames/s: clocks {offsets:.1f} ms apart,"
        f" on the glass {np.median(apart):.0f} ms (p95 {np.percentile(apart, 95):.0f}),"
        f" behind the console {np.median(late):.0f} ms"
        f" (p95 {np.percentile(late, 95):.0f}); at the moment of its frame"
        f" {np.median(each):.0f} ms behind, panels {max(each) - min(each):.0f} apart"
    )
    assert offsets < 50
    assert len(each) == len(logs)
    assert np.median(each) < 300
    # a loaded machine draws a frame a second: bounds are those of its frames
    frame_ms = 1000 / max(rate, 0.1)
    assert np.median(apart) < 50 + 3 * frame_ms
    assert np.median(late) < 300 + 3 * frame_ms


def scene_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.scene"))


def test_a_panel_that_is_restarted_shows_the_same_at_once(panels: Panels):
    console = panels.console()
    act(console, {"act": "scene", "scene": "e2e-side"})
    act(console, {"act": "camera", "camera": {"x": 0.7935, "y": 0.443, "zoom": 9.5}})
    panels.open((1, 1), (2, 1))
    panels.shows("e2e-side")
    panels.settle()
    panels.pages.pop((2, 1)).close()
    panels.open((2, 1))
    panels.shows("e2e-side")
    panels.settle()
    drawn = [frames(page)[-1] for page in panels.pages.values()]
    for name in ("x", "y", "zoom"):
        assert drawn[0][name] == pytest.approx(drawn[1][name], abs=1e-12)
    assert drawn[0]["zoom"] == 9.5


def test_without_network_the_playlist_goes_on_and_the_panel_comes_back(panels: Panels):
    console = panels.console()
    act(console, {"act": "playlist", "playlist": "e2e-round"})
    panels.open((1, 1))
    page = panels.pages[(1, 1)]
    page.wait_for_function(
        "() => globalThis.iocWall?.link.state?.base.kind === 'playlist'"
    )
    page.evaluate("iocWall.link.socket.connect = () => { iocWall.link.cut = true }")
    page.evaluate("iocWall.link.socket.socket.close()")
    page.wait_for_function("() => globalThis.iocWall?.link.cut")
    seq = page.evaluate("iocWall.link.seq")
    first = scene_of(page)
    page.wait_for_function(
        "(was) => document.documentElement.dataset.scene !== was", arg=first
    )
    page.wait_for_function(
        "(was) => document.documentElement.dataset.scene === was", arg=first
    )
    assert scene_of(page) == scene_of(console)
    act(console, {"act": "scene", "scene": "e2e-words"})
    assert page.evaluate("iocWall.link.seq") == seq
    page.evaluate("delete iocWall.link.socket.connect; iocWall.link.socket.connect()")
    panels.shows("e2e-words")


@pytest.fixture
def own_server(browser: Browser, hung: Instance) -> tuple[str, dict[str, str], int]:
    if not hung.env:
        pytest.skip("needs a server of its own")
    port = free_port()
    return f"http://127.0.0.1:{port}", hung.env, port


def test_a_restart_of_the_server_in_a_playlist(
    own_server: tuple[str, dict[str, str], int], browser: Browser, hung: Instance
):
    url, env, port = own_server
    context = browser.new_context(base_url=url)
    with Served(env, port):
        sign_in(context.new_page(), Instance(url, hung.user, hung.password))
        panels = Panels(browser, url, context.storage_state())
        act(panels.console(), {"act": "playlist", "playlist": "e2e-round"})
        panels.open((1, 1))
        shown = panels.pages[(1, 1)]
        shown.wait_for_function(
            "() => globalThis.iocWall?.link.state?.base.kind === 'playlist'"
        )
    shown.wait_for_function("() => !globalThis.iocWall?.link.open")
    first = scene_of(shown)
    shown.wait_for_function(
        "(was) => document.documentElement.dataset.scene !== was", arg=first
    )
    with Served(env, port):
        shown.wait_for_function("() => globalThis.iocWall?.link.open", timeout=60_000)
        act(shown, {"act": "scene", "scene": "e2e-words"})
        panels.shows("e2e-words")
    panels.close()
    context.close()


CYCLE = """async (rounds) => {
  const { link } = iocWall;
  const scenes = ["e2e-map", "e2e-side", "e2e-words"];
  for (let i = 0; i < rounds; i++) {
    const state = {base: {kind: "scene", scene: scenes[i % 3], since: Date.now()}};
    link.fresh = true;
    link.take({wall: link.slug, seq: link.seq, state, bundle: link.bundle.version});
    await new Promise((done) => setTimeout(done, 25));
  }
}"""


def test_two_hundred_scenes_leave_nothing_behind(panels: Panels):
    panels.open((2, 1))
    page = panels.pages[(2, 1)]
    page.wait_for_selector("html[data-ready]", state="attached")
    tools = page.context.new_cdp_session(page)

    def used() -> tuple[float, int, int]:
        tools.send("HeapProfiler.collectGarbage")
        heap = tools.send("Runtime.getHeapUsage")["usedSize"] / 2**20
        counts = tools.send("Memory.getDOMCounters")
        return heap, counts["nodes"], counts["jsEventListeners"]

    page.evaluate(CYCLE, 30)
    panels.settle()
    heap, nodes, listeners = used()
    page.evaluate(CYCLE, 200)
    panels.settle()
    after = used()
    print(
        f"\nheap {heap:.1f} → {after[0]:.1f} MB, nodes {nodes} → {after[1]},"
        f" listeners {listeners} → {after[2]}"
    )
    assert page.evaluate("iocWall.maps.alive") <= 2
    assert after[0] < heap * 1.25 + 4
    assert after[1] < nodes * 1.2 + 200
    assert after[2] < listeners * 1.2 + 50
