"""Playback on the map: what fisheries staff does to see where a vessel was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

HOUR = timedelta(hours=1)
MARGIN = timedelta(hours=3)
DAY = timedelta(days=1)
SLOW_MS = 30_000  # a machine without a graphics card
# of the replay, not of the whole picture
BAR = ".timebar:not(.worldbar)"
CLOCK = re.compile(r"\d\d:\d\d:\d\d")


@pytest.fixture
def silence(context: BrowserContext) -> dict[str, Any]:
    """A vessel that fell silent and was heard again: its number, and the two times."""
    found = asked(context, "layers/tracks/features", filter="kind = 'gap'", limit="1")
    gap = found["features"][0]["properties"]
    heard = datetime.fromisoformat(gap["at"])
    span = {"from": stamp(heard - DAY), "to": stamp(heard + HOUR)}
    track = asked(context, f"tracks/{gap['vessel_id']}", **span)
    since, until = (
        datetime.fromtimestamp(track["gaps"][-1][end], UTC) for end in ("from", "to")
    )
    return {"vessel": gap["vessel_id"], "since": since, "until": until}


def asked(context: BrowserContext, path: str, **params: str) -> dict[str, Any]:
    span = {} if "from" in params else {"datetime": "2020-01-01T00:00:00Z/.."}
    answer = context.request.get(f"/api/v1/{path}", params={**span, **params})
    assert answer.ok, answer.text()
    return dict(answer.json())


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def link(silence: dict[str, Any], at: datetime) -> str:
    span = (silence["since"] - MARGIN, silence["until"] + MARGIN, at)
    return f"/#play={silence['vessel']}/{'/'.join(map(stamp, span))}/60"


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator(BAR)).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".replay-chart canvas")).to_be_visible(timeout=SLOW_MS)


def clock(page: Page) -> datetime:
    shown = page.locator(f"{BAR} .timebar-clock").get_attribute("datetime")
    assert shown
    return datetime.fromisoformat(shown)


def test_a_link_shows_a_vessel_waiting_in_its_silence_and_then_on_its_way(
    page: Page, silence: dict[str, Any]
) -> None:
    middle = silence["since"] + (silence["until"] - silence["since"]) / 2
    opened(page, link(silence, middle))
    name = page.locator(".replay-names span")
    expect(name).to_have_class("is-silent")
    assert abs(clock(page) - middle) < timedelta(seconds=2)
    page.locator(f"{BAR} .timebar-range").press("End")
    expect(name).not_to_have_class("is-silent")
    page.locator(f"{BAR} .timebar-range").press("Home")
    expect(name).not_to_have_class("is-silent")


def test_space_plays_and_stops_and_the_address_follows(
    page: Page, silence: dict[str, Any]
) -> None:
    begin = silence["since"] - 2 * HOUR
    opened(page, link(silence, begin))
    page.locator(f"{BAR} .timebar-range").press("Space")
    expect(page.locator(f"{BAR} .timebar-play")).to_have_attribute(
        "data-playing", "true"
    )
    shown = page.locator(f"{BAR} .timebar-clock").inner_text()
    expect(page.locator(f"{BAR} .timebar-clock")).not_to_have_text(shown)
    page.keyboard.press("Space")
    expect(page.locator(f"{BAR} .timebar-play")).to_have_attribute(
        "data-playing", "false"
    )
    stood = clock(page).replace(microsecond=0)
    assert stood > begin
    near = "|".join(stamp(stood + timedelta(seconds=s)) for s in (0, 1))
    expect(page).to_have_url(re.compile(f"play=.*({near})/60"))


def test_chart_table_and_map_tell_the_same_time(
    page: Page, silence: dict[str, Any]
) -> None:
    opened(page, link(silence, silence["until"] + HOUR))
    box = page.locator(f"{BAR} .timebar-track").bounding_box()
    chart = page.locator(".replay-chart").bounding_box()
    assert box
    assert chart
    # one hour after the beginning: the chart stands over the track of the bar
    share = HOUR / (silence["until"] - silence["since"] + 2 * MARGIN)
    x, y = box["x"] + share * box["width"], chart["y"] + chart["height"] / 2
    page.mouse.move(x, y)
    expect(page.locator(".replay-ring")).to_be_visible()
    page.mouse.click(x, y)
    wanted = silence["since"] - 2 * HOUR
    assert abs(clock(page) - wanted) < timedelta(minutes=3)
    page.locator(".replay-head button").nth(1).click()
    rows = page.locator(".replay-table tbody tr")
    assert rows.count() > 10
    quiet = page.locator(".replay-table tr.is-silent")
    expect(quiet).to_have_count(1)
    quiet.get_by_role("button").click()
    assert abs(clock(page) - silence["since"]) < timedelta(seconds=2)


def test_escape_goes_back_to_live(page: Page, silence: dict[str, Any]) -> None:
    opened(page, link(silence, silence["since"]))
    page.locator(f"{BAR} .timebar-range").press("Escape")
    expect(page.locator(BAR)).to_be_hidden()
    page.wait_for_function("() => !location.hash.includes('play=')")
    expect(page.locator(".replay-names span")).to_have_count(0)


def test_a_span_of_ones_own_is_read_or_refused_with_words(
    page: Page, silence: dict[str, Any]
) -> None:
    opened(page, link(silence, silence["since"]))
    page.locator("[data-span=own]").click()
    page.fill(f"{BAR} .timebar-form input[name=from]", "21/11/2026 08:00")
    page.fill(f"{BAR} .timebar-form input[name=to]", "31/02/2026 08:00")
    page.keyboard.press("Enter")
    expect(page.locator(f"{BAR} .timebar-error")).to_contain_text("31/02/2026 08:00")
    page.fill(f"{BAR} .timebar-form input[name=to]", "2026-11-21 09:30")
    page.keyboard.press("Enter")
    span = "2026-11-21T01:00:00Z/2026-11-21T02:30:00Z"
    expect(page).to_have_url(re.compile(f"play=.*{span}"))


def test_a_rectangle_drawn_with_shift_replays_all_that_were_in_it(
    page: Page,
) -> None:
    page.goto("/#map=7.50/19.40000/106.60000")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#replay-open")).to_be_visible()
    page.keyboard.down("Shift")
    page.mouse.move(600, 150)
    page.mouse.down()
    page.mouse.move(1100, 600, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page).to_have_url(re.compile("play=box:105"))
    message = page.locator(f"{BAR} .timebar-message")
    expect(message).to_have_text(
        re.compile(r"^[\d.]+ tàu · [\d.]+ vị trí"), timeout=SLOW_MS
    )
    expect(page.locator(f"{BAR} .timebar-clock")).to_have_text(CLOCK)
