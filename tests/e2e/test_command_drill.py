"""The command drill: waste water over the limit, until the report of what was done.

Four people at once, each at a screen of their own: the operator and the supervisor
at desks, the leader and officers of two communes on telephones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from . import drilling
from .conftest import Instance
from .drilling import DESKTOP, PHONE, Cast, Person

DONE = "Đã khoá cửa xả, lấy mẫu đối chứng, nước trong trở lại."
WHY = "Nơi xả không thuộc địa bàn của xã."
RING_S = 90
WAIT_MS = 20_000
LOCAL = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Drill:
    """Everybody at their screen."""

    cast: Cast
    folder: Path
    operator: Person
    leader: Person
    supervisor: Person
    wrong: Person
    right: Person

    def keep(self, person: Person, name: str) -> None:
        drilling.keep(person, name, self.folder)


@pytest.fixture
def drill(browser: Browser, instance: Instance, tmp_path: Path) -> Iterator[Drill]:
    if not instance.env:
        pytest.skip("users and measured values are made in an instance of our own")
    cast = drilling.gather(instance)
    sizes = dict.fromkeys(("operator", "supervisor"), DESKTOP)
    sizes |= dict.fromkeys(("leader", "wrong", "right"), PHONE)
    expect.set_options(timeout=WAIT_MS)
    with ExitStack() as screens:
        screens.callback(expect.set_options, timeout=None)
        people = {
            name: screens.enter_context(
                drilling.at_screen(browser, cast, f"drill-{name}", size)
            )
            for name, size in sizes.items()
        }
        yield Drill(cast, tmp_path, **people)


def act(page: Page, slug: str, text: str = "") -> None:
    """Do one act of a directive's page; the page of after it is shown."""
    form = page.locator(f"form[action$='/{slug}/']")
    if text:
        page.locator(f"details:has(form[action$='/{slug}/']) summary").click()
        form.locator("textarea").fill(text)
    form.locator("button[type=submit]").click()
    expect(page.locator(f"form[action$='/{slug}/']")).to_have_count(0)
    expect(page.locator(".note-error")).to_have_count(0)


def status(page: Page) -> Locator:
    return page.locator("#directive .card .badge").first


def raised(drill: Drill) -> str:
    """The exceedance shows up on the operator's list by itself; its path."""
    page = drill.operator.page
    page.goto("/alerts/")
    row = page.locator(
        ".alert-table a[data-open]", has_text=drill.cast.about["station"]
    )
    expect(row).to_have_count(0)
    drill.cast.shell(drilling.EXCEED, station=drilling.STATION)
    row.first.wait_for()
    drill.keep(drill.operator, "01-alert-on-list")
    path = row.first.get_attribute("href")
    assert path
    return path


def acknowledged(drill: Drill, path: str) -> int:
    """The operator opens the alert, acknowledges it, goes to its draft; the number."""
    page = drill.operator.page
    page.goto(path)
    page.locator("form[action$='/acknowledge/'] button").click()
    expect(page.locator("form[action$='/acknowledge/']")).to_have_count(0)
    order = page.locator(".alert-orders p a")
    expect(order).to_have_count(1)
    drill.keep(drill.operator, "02-acknowledged")
    order.click()
    page.wait_for_url(re.compile(r"/directives/\d+/$"))
    expect(status(page)).to_have_text("Dự thảo")
    drill.keep(drill.operator, "03-draft")
    return drilling.number_in(page.url)


def readdressed_draft(drill: Drill, pk: int) -> None:
    """One task for a commune, the wrong one, within a minute, with a photo."""
    page = drill.operator.page
    page.goto(f"/directives/{pk}/edit/")
    tasks = page.locator("#dsp-tasks .dsp-task")
    tasks.first.wait_for()
    drill.keep(drill.operator, "04-playbook-on-form")
    for left in range(tasks.count() - 1, -1, -1):
        tasks.first.locator("summary > button").click()
        expect(tasks).to_have_count(left)
    page.fill("#dsp-add", drill.cast.about["wrong_title"])
    page.click("#dsp-add-button")
    expect(tasks).to_have_count(1)
    for name in ("needed", "legal"):
        page.locator(f"#dsp-{name}-span select").select_option("min")
        page.fill(f"#dsp-{name}", "1")
    page.check("#dsp-evidence")
    drill.keep(drill.operator, "05-changed")
    page.click("#dsp-form button[value=save]")
    page.wait_for_url(re.compile(rf"/directives/{pk}/$"))


def signed_and_returned(drill: Drill, pk: int) -> None:
    """Signed on the leader's phone, sent back by who it does not concern."""
    leader, wrong, right = (p.page for p in (drill.leader, drill.wrong, drill.right))
    leader.goto(f"/directives/{pk}/")
    drill.keep(drill.leader, "06-to-sign")
    act(leader, "issue")
    expect(status(leader)).to_have_text("Đã ban hành")
    # it happens in their commune, so they see it; the order is not theirs
    right.goto(f"/directives/{pk}/")
    expect(status(right)).to_have_text("Đã ban hành")
    expect(right.locator("form[action$='/receive/']")).to_have_count(0)
    wrong.goto(f"/directives/{pk}/")
    drill.keep(drill.wrong, "07-wrong-unit")
    act(wrong, "return", WHY)


def addressed_again(drill: Drill, pk: int) -> None:
    """The leader sees why, names the commune of the station and issues again."""
    page = drill.leader.page
    page.goto(f"/directives/{pk}/")
    expect(page.locator(".timeline")).to_contain_text(WHY)
    drill.keep(drill.leader, "08-returned")
    page.locator("form[action$='/issue/'] select[name=unit]").select_option(
        str(drill.cast.about["right"])
    )
    act(page, "issue")
    expect(status(page)).to_have_text("Đã ban hành")


def at_the_place(drill: Drill, pk: int) -> None:
    """The right officer takes it on and sends a photo from the spot."""
    page, about = drill.right.page, drill.cast.about
    page.goto(f"/directives/{pk}/")
    act(page, "receive")
    act(page, "start")
    expect(status(page)).to_have_text("Đang thực hiện")
    body = drilling.photo(about["lon"], about["lat"], datetime.now(LOCAL))
    page.set_input_files(
        "#files", {"name": "cua-xa.jpg", "mimeType": "image/jpeg", "buffer": body}
    )
    page.locator("form[action$='/evidence/'] button[type=submit]").click()
    sent = page.locator(".evidence li", has_text="cua-xa.jpg")
    # what the photo says of itself: taken at the station, just now
    expect(sent.locator(".badge-good")).to_contain_text("0 m")
    expect(sent).to_contain_text("Chụp")
    drill.keep(drill.right, "09-photo")


def overdue(drill: Drill, pk: int) -> None:
    """The clock runs over, and the supervisor is told at the bell."""
    page = drill.supervisor.page
    page.goto("/messages/")
    before = page.locator(".mb-inbox li").count()
    deadline = datetime.now(UTC) + timedelta(seconds=RING_S)
    while drill.cast.shell(drilling.TICK, pk=pk) != "overdue":
        assert datetime.now(UTC) < deadline, "the clock did not run over"
    page.goto("/directives/")
    page.locator("a.bell .badge").wait_for()
    page.locator("a.bell").click()
    inbox = page.locator(".mb-inbox li.mb-unread")
    inbox.first.wait_for()
    assert page.locator(".mb-inbox li").count() > before
    drill.keep(drill.supervisor, "10-supervisor-told")
    inbox.first.locator("button").click()
    page.wait_for_url(re.compile(rf"/directives/{pk}/"))
    expect(page.locator("#directive")).to_contain_text("Quá hạn")
    drill.keep(drill.supervisor, "11-overdue")


def closed_late(drill: Drill, pk: int) -> None:
    """Reported by the officer after the time, closed by the leader."""
    act_by, leader = drill.right.page, drill.leader.page
    act_by.goto(f"/directives/{pk}/")
    act(act_by, "report", DONE)
    expect(status(act_by)).to_have_text("Đã báo cáo")
    leader.goto(f"/directives/{pk}/")
    expect(leader.locator("#directive")).to_contain_text(DONE)
    drill.keep(drill.leader, "12-to-close")
    act(leader, "close")
    expect(status(leader)).to_have_text("Đã đóng")
    drill.keep(drill.leader, "13-closed")


def reported(drill: Drill, pk: int) -> None:
    """The supervisor takes the report; every step and person stands in it."""
    page = drill.supervisor.page
    page.goto(f"/directives/{pk}/")
    expect(page.locator("#directive")).to_contain_text("Trễ hạn")
    drill.keep(drill.supervisor, "14-end")
    link = page.locator("#directive a[href$='/report.pdf']").get_attribute("href")
    assert link
    answer = page.request.get(link)
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
    (drill.folder / "report.pdf").write_bytes(answer.body())
    text = drill.cast.shell(drilling.REPORT, pk=pk)
    wanted = [WHY, DONE, "cua-xa.jpg", "Trễ hạn", "Quá hạn", "Trả lại", "Đã ban hành"]
    wanted += [f"drill-{name}" for name in ("leader", "wrong", "right", "supervisor")]
    missing = [part for part in wanted if part not in text]
    assert not missing, missing


def test_an_exceedance_becomes_an_order_that_is_carried_out_late(drill: Drill) -> None:
    path = raised(drill)
    pk = acknowledged(drill, path)
    readdressed_draft(drill, pk)
    signed_and_returned(drill, pk)
    addressed_again(drill, pk)
    at_the_place(drill, pk)
    overdue(drill, pk)
    closed_late(drill, pk)
    reported(drill, pk)
