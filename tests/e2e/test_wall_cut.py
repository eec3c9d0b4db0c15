"""The cable of a panel is out for a minute."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from . import panels as wall
from .conftest import Instance
from .panels import Panels, act
from .wire import Wire

CUT_S = 60.0
SCENE = "document.documentElement.dataset.scene"


@pytest.fixture
def wire(instance: Instance) -> Iterator[Wire]:
    wall.make_wall(instance)
    with Wire(instance.url) as made:
        yield made


def test_a_panel_without_network_for_a_minute_draws_on_says_so_and_returns(
    browser: Browser, instance: Instance, signed_in: dict[str, object], wire: Wire
) -> None:
    desk = Panels(browser, instance.url, signed_in)
    room = Panels(browser, wire.url, signed_in)
    console = desk.console()
    act(console, {"act": "playlist", "playlist": "e2e-round"})
    room.open((1, 1))
    page = room.pages[(1, 1)]
    page.wait_for_function(
        "() => globalThis.iocWall?.link.state?.base.kind === 'playlist'"
    )
    page.wait_for_selector("html[data-ready]", state="attached")
    wire.cut()
    began = time.monotonic()
    # it says that it hears nothing, and since when
    page.wait_for_function("() => !globalThis.iocWall.link.open", timeout=40_000)
    page.wait_for_selector("#wall-away:not([hidden])")
    assert any(letter.isdigit() for letter in page.inner_text("#wall-away"))
    # the playlist goes on by the clock, in step with those that are connected
    shown = set()
    while time.monotonic() - began < CUT_S:
        shown.add(page.evaluate(SCENE))
        page.wait_for_timeout(500)
    assert shown == {"e2e-map", "e2e-side"}
    act(console, {"act": "scene", "scene": "e2e-words"})
    assert page.evaluate(SCENE) != "e2e-words"
    wire.mend()
    room.shows("e2e-words")
    page.wait_for_selector("#wall-away", state="hidden")
    desk.close()
    room.close()
