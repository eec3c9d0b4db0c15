"""The operator's console in a real browser: time, wall, drawer, keys, columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

WAIT_MS = 45_000


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Software drawing on a busy machine is slow."""
    expect.set_options(timeout=WAIT_MS)
    yield
    expect.set_options(timeout=None)


@pytest.fixture
def console(page: Page) -> Page:
    page.set_default_timeout(WAIT_MS)
    page.goto("/console/?lang=en")
    page.wait_for_selector("html[data-ready]", state="attached")
    page.locator("#wall-strip .wall-scene").first.wait_for()
    return page


def told(page: Page, words: str) -> None:
    expect(page.locator("#toast")).to_contain_text(words, timeout=WAIT_MS)


def take_hand(page: Page) -> None:
    """Whoever has it: an instance that others use, too, may have it taken."""
    mine = page.locator("#wall-hand", has_text="This console has the hand")
    page.locator("#wall-hand button").first.wait_for()
    over = page.locator("#wall-hand button", has_text="Take over")
    if over.count():
        over.focus()
        page.keyboard.press("Enter")
    elif not mine.count():
        page.keyboard.press("h")
    expect(mine).to_be_visible()


def state(page: Page) -> str | None:
    return page.locator(".worldbar").get_attribute("data-state")


def test_the_past_is_told_loudly_and_one_key_leads_back_to_live(console: Page) -> None:
    assert state(console) == "live"
    console.keyboard.press("{")
    expect(console.locator(".past-banner")).to_be_visible()
    assert state(console) == "past"
    expect(console.locator("#alarms .part-note")).to_be_visible()
    console.wait_for_function("() => location.hash.includes('time=')")
    console.keyboard.press("n")
    expect(console.locator(".past-banner")).to_be_hidden()
    assert state(console) == "live"
    console.wait_for_function("() => !location.hash.includes('time=')")


def test_a_link_opens_the_whole_picture_at_its_moment(page: Page) -> None:
    at = (datetime.now(UTC) - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(WAIT_MS)
    page.goto(f"/console/?lang=en#time={at}/60")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator(".worldbar")).to_have_attribute("data-state", "past")
    iso = page.locator(".worldbar .timebar-clock").get_attribute("datetime") or ""
    assert iso.startswith(at[:-1])
    page.wait_for_function(
        "() => document.querySelector('#alarms .part-note').offsetHeight"
    )
    tiles = [url for url in asked if "/tiles/" in url and "at=" in url]
    lists = [url for url in asked if "/features?at=" in url]
    assert tiles
    assert {re.search(r"layers/(\w+)/", url)[1] for url in lists} >= {  # type: ignore[index]
        "alerts",
        "directives",
    }


def test_time_runs_and_is_held_by_the_space_bar(console: Page) -> None:
    console.keyboard.press("{")
    clock = console.locator(".worldbar .timebar-clock")
    expect(clock).to_be_visible()
    console.keyboard.press("m")
    console.keyboard.press("Space")
    first = clock.text_content()
    expect(clock).not_to_have_text(first or "")
    console.keyboard.press("Space")
    expect(console.locator(".worldbar .timebar-play")).to_have_attribute(
        "data-playing", "false"
    )


def test_acts_are_off_in_the_past(console: Page) -> None:
    console.keyboard.press("{")
    expect(console.locator(".past-banner")).to_be_visible()
    posted: list[str] = []
    console.on(
        "request",
        lambda request: (
            posted.append(request.url) if request.method == "POST" else None
        ),
    )
    rows = console.locator("#alert-list button.alert")
    expect(console.locator("#alarms .part-note")).to_be_visible()
    if rows.count():
        rows.first.focus()
        console.keyboard.press("a")
        told(console, "Acts are off in the past")
    assert not [url for url in posted if "acknowledge" in url]


def test_a_figure_shows_its_scene_on_the_wall_and_the_log_tells_who(
    console: Page,
) -> None:
    take_hand(console)
    title = console.locator("#wall-strip .wall-scene span").nth(1).text_content() or ""
    console.keyboard.press("2")
    expect(console.locator("#wall-strip [aria-current='true']")).to_be_visible()
    expect(console.locator("#log-body")).to_contain_text("showed a scene on the wall")
    assert title
    console.keyboard.press("h")
    expect(console.locator("#wall-hand")).to_contain_text("Nobody has the hand")


def test_what_the_map_shows_is_pushed_to_the_wall_in_one_act(console: Page) -> None:
    take_hand(console)
    console.keyboard.press("w")
    told(console, "Pushed to the wall")
    expect(console.locator("#wall-now")).to_contain_text("From the console")


def test_the_wall_follows_only_while_armed_and_the_console_says_so(
    console: Page,
) -> None:
    sent: list[str] = []
    band = console.locator("#armed-band")
    expect(band).to_be_hidden()
    console.evaluate(
        "() => { const send = WebSocket.prototype.send; window.__sent = [];"
        " WebSocket.prototype.send = function (text) {"
        " if (String(text).includes('wall.camera'))"
        " window.__sent.push([performance.now(), text]);"
        " return send.call(this, text); } }"
    )
    console.keyboard.press("m")
    console.keyboard.press("ArrowRight")
    assert console.evaluate("window.__sent.length") == 0
    take_hand(console)
    console.keyboard.press("f")
    expect(band).to_be_visible()
    for _ in range(5):
        console.keyboard.press("ArrowRight")
    console.wait_for_function("() => window.__sent.some(([, s]) => JSON.parse(s).rest)")
    console.wait_for_function(
        "() => { const last = window.__sent.at(-1);"
        " return JSON.parse(last[1]).rest && performance.now() - last[0] > 400 }"
    )
    sent = console.evaluate("window.__sent")
    moving = [at for at, text in sent if '"rest":false' in text]
    gaps = [b - a for a, b in pairwise(moving)]
    assert all(gap >= 45 for gap in gaps), gaps
    console.keyboard.press("f")
    expect(band).to_be_hidden()
    console.keyboard.press("h")
    expect(console.locator("#wall-hand")).to_contain_text("Nobody has the hand")


def test_a_second_console_sees_who_has_the_hand_asks_and_gets_it(
    console: Page,
) -> None:
    take_hand(console)
    other = console.context.new_page()
    other.goto("/console/?lang=en")
    other.wait_for_selector("html[data-ready]", state="attached")
    expect(other.locator("#wall-hand")).to_contain_text("has the hand")
    expect(other.locator("#wall-hand")).not_to_contain_text("This console")
    other.keyboard.press("h")
    wanted = console.locator("#wall-hand.is-asked button").first
    wanted.wait_for()
    wanted.focus()
    console.keyboard.press("Enter")
    expect(other.locator("#wall-hand")).to_contain_text("This console has the hand")
    expect(console.locator("#wall-hand")).not_to_contain_text("This console")
    other.keyboard.press("h")
    expect(console.locator("#wall-hand")).to_contain_text("Nobody has the hand")
    other.close()


def test_the_sheet_lists_every_key_and_the_palette_runs_commands(
    console: Page,
) -> None:
    console.keyboard.press("?")
    sheet = console.locator("#help")
    for words in ("Push to wall", "Back to live", "Acknowledge", "Start directive"):
        expect(sheet).to_contain_text(words)
    console.keyboard.press("Escape")
    console.keyboard.press("Control+k")
    expect(console.locator("#palette input")).to_be_focused()
    console.keyboard.type("hour back")
    console.keyboard.press("Enter")
    expect(console.locator("#palette")).to_be_hidden()
    expect(console.locator(".past-banner")).to_be_visible()


def test_a_column_folds_by_keys_and_stays_so(console: Page) -> None:
    splitter = console.locator("[data-column='right']")
    splitter.focus()
    console.keyboard.press("Enter")
    expect(console.locator("#column-right")).to_be_hidden()
    console.reload()
    console.wait_for_selector("html[data-ready]", state="attached")
    expect(console.locator("#column-right")).to_be_hidden()
    console.locator("[data-column='right']").focus()
    console.keyboard.press("Enter")
    expect(console.locator("#column-right")).to_be_visible()


def test_on_a_phone_the_console_points_to_the_pages_that_fit(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/console/?lang=en")
    expect(page.locator(".console-phone")).to_be_visible()
    expect(page.locator(".console-phone a[href='/alerts/']")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()


def test_a_drill_shows_the_record_and_keeps_what_is_done_without_touching_it(
    console: Page,
) -> None:
    posted: list[str] = []
    console.on(
        "request",
        lambda request: (
            posted.append(request.url) if request.method == "POST" else None
        ),
    )
    console.keyboard.press("Shift+X")
    form = console.locator("#drill-box form")
    form.locator("input[name=name]").fill("Night of the test")
    console.keyboard.press("Enter")
    expect(console.locator("#drill-band")).to_contain_text("Night of the test")
    expect(console.locator(".worldbar")).to_have_attribute("data-state", "drill")
    console.evaluate(
        "import('@ioc/lib/bus.js').then(({ bus }) => bus.emit("
        "'drill:act', { kind: 'acknowledge', layer: 'alerts', id: 1, title: 'A' }))"
    )
    told(console, "nothing real was changed")
    assert not [url for url in posted if url.endswith("/acknowledge")]
    console.keyboard.press("Shift+X")
    console.wait_for_url(re.compile(r"/console/drills/\d+/$"))
    expect(console.locator("table")).to_contain_text("acknowledged it")
