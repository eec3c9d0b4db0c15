"""From the alert to the signed directive without a mouse: the operator's console, the
dispatch page, and the leader's signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from . import drilling
from .conftest import Instance
from .drilling import DESKTOP, Cast

WAIT_MS = 30_000
# Not that of the other drill, which may have been here.
STATION = "TH_HACTHANH_NUOCTHAI"
MOST_TABS = 250
FOCUSED = "() => document.activeElement?.matches(sel) ?? false"


@dataclass(frozen=True)
class Desk:
    cast: Cast
    operator: Page
    leader: Page


@pytest.fixture
def desk(browser: Browser, instance: Instance) -> Iterator[Desk]:
    if not instance.env:
        pytest.skip("users and measured values are made in an instance of our own")
    cast = drilling.gather(instance, STATION)
    expect.set_options(timeout=WAIT_MS)
    with ExitStack() as screens:
        screens.callback(expect.set_options, timeout=None)
        pages = [
            screens.enter_context(drilling.at_screen(browser, cast, name, DESKTOP)).page
            for name in ("drill-operator", "drill-leader")
        ]
        for page in pages:
            forbid_mouse(page)
        yield Desk(cast, *pages)


def forbid_mouse(page: Page) -> None:
    """Whatever the test presses must be a key: a real pointer would be seen."""
    page.add_init_script(
        "window.__pointed = 0;"
        "for (const kind of ['pointerdown', 'mousedown'])"
        " addEventListener(kind, () => window.__pointed++, true);"
    )


def focused(page: Page, selector: str) -> bool:
    script = "(sel) => document.activeElement?.matches(sel) ?? false"
    return bool(page.evaluate(script, selector))


def tab_to(page: Page, selector: str) -> None:
    """On and on with Tab until the focus is there; it must be seen there."""
    page.locator(selector).first.wait_for(state="attached")
    for _ in range(MOST_TABS):
        if focused(page, selector):
            box = page.evaluate(
                "() => { const b = document.activeElement.getBoundingClientRect();"
                " return b.width * b.height }"
            )
            assert box > 0, f"{selector} has the focus where nobody sees it"
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached with Tab")


def choose_row(page: Page, words: str) -> None:
    """With A into the list of alerts, with arrows to the row."""
    row = page.locator("#alert-list button.alert", has_text=words)
    row.first.wait_for()
    page.keyboard.press("a")
    script = "() => document.activeElement?.textContent ?? ''"
    for _ in range(80):
        if words in page.evaluate(script):
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"no row says {words}")


def console(page: Page) -> None:
    page.goto("/console/")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(
        page.locator("#alert-list .panel-wait, #alert-list .alert").first
    ).to_be_visible()


def drafted(desk: Desk) -> int:
    """Alert → list → acknowledged → drawer → the draft of its playbook; its number."""
    page, station = desk.operator, desk.cast.about["station"]
    console(page)
    desk.cast.shell(drilling.EXCEED, station=STATION)
    choose_row(page, station)
    page.keyboard.press("a")
    row = page.locator("#alert-list button.alert", has_text=station).first
    expect(row).not_to_have_class(re.compile("alert-new"))
    choose_row(page, station)
    page.keyboard.press("Enter")
    expect(page.locator("#drawer .drawer-title")).to_contain_text(station)
    expect(page.locator('#drawer [data-key="d"]')).to_be_visible()
    page.keyboard.press("d")
    page.wait_for_url(re.compile(r"/directives/"))
    found = re.search(r"/directives/(\d+)/", page.url)
    assert found, page.url
    return int(found.group(1))


def changed(desk: Desk, pk: int) -> None:
    """The dispatch page: another playbook is chosen, and saved with Enter."""
    page = desk.operator
    tab_to(page, f"a[href$='/directives/{pk}/edit/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/directives/{pk}/edit/"))
    page.locator("#dsp-tasks .dsp-task").first.wait_for()
    tab_to(page, "#dsp-playbook")
    before = page.evaluate("() => document.activeElement.value")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.value") != before
    page.keyboard.press("ArrowUp")
    page.locator("#dsp-tasks .dsp-task").first.wait_for()
    tab_to(page, "#dsp-form button[value=save]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/directives/{pk}/$"))


def test_an_alert_becomes_a_signed_directive_by_keys_alone(desk: Desk) -> None:
    pk = drafted(desk)
    changed(desk, pk)
    leader = desk.leader
    leader.goto(f"/directives/{pk}/")
    tab_to(leader, "form[action$='/issue/'] button[type=submit]")
    leader.keyboard.press("Enter")
    expect(leader.locator("form[action$='/issue/']")).to_have_count(0)
    operator = desk.operator
    console(operator)
    expect(operator.locator(f'#order-body [data-order="{pk}"]')).to_be_visible()
    for page in (operator, leader):
        assert page.evaluate("() => window.__pointed") == 0
