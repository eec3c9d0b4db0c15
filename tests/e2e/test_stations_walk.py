"""Environment staff at work: an exceedance from the file to the case and the report.

The logger's file comes over real FTP; everything else happens in the browser.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from .conftest import Instance, free_port, manage, sign_in

STATION = "TH_BIMSON_NUOCTHAI"
NAME = "walk-environment"

WHO = """
import json
from django.contrib.auth.models import Group
from gis_ioc.accounts.models import Scope, User
from layers.stations.models import Station
user, _ = User.objects.get_or_create(username="{name}")
user.set_password("{password}")
user.save()
user.groups.set(Group.objects.filter(name="environment"))
Scope.objects.get_or_create(user=user, all_units=True)
station = Station.objects.get(code="{station}")
print(json.dumps({{"pk": station.pk, "title": station.title}}))
"""

# The simulator's file over the FTP server of the receiver, then what a worker does.
SEND = """
import asyncio, ftplib, time
from django.conf import settings
from feeds.core import drain
from feeds.core.models import Feed, InboxBatch
from feeds.core.receiver import Receiver
from feeds.simulate.stations import issue_passwords, send, uploads
from feeds.station_files.intake import KIND
from feeds.station_files.receivers import ftp
from fixtures import Demo
settings.IOC_FTP_PORT = {port}
rows = [row for row in Demo().table("stations") if row["code"] == "{station}"]
files = uploads(rows, int(time.time()) // 300 * 300, {{"{station}": "exceed"}})
feed = Feed.of_kind(KIND)
def stored():
    return InboxBatch.objects.filter(feed=feed).count()
def deliver(passwords):
    deadline = time.monotonic() + 30
    while True:
        try:
            return send(files, passwords, settings.IOC_BIND, {port})
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "no FTP server"
            time.sleep(0.1)
async def main():
    receiver = Receiver(settings.PATHS["spool"], lambda slugs: None)
    tasks = [asyncio.create_task(receiver.run()), asyncio.create_task(ftp(receiver))]
    before = await asyncio.to_thread(stored)
    accounts = [file.account for file in files]
    passwords = await asyncio.to_thread(issue_passwords, accounts)
    assert await asyncio.to_thread(deliver, passwords) == files
    deadline = time.monotonic() + 30
    while await asyncio.to_thread(stored) == before:
        assert time.monotonic() < deadline, "the file did not reach the inbox"
        await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
asyncio.run(main())
while drain.step(feed):
    pass
print("true")
"""


class Walk:
    """The browser of the staff member and the station that it is about."""

    def __init__(self, page: Page, instance: Instance, about: Any, folder: Path):
        self.page, self.instance, self.folder = page, instance, folder
        self.pk, self.title = about["pk"], about["title"]

    def keep(self, name: str) -> None:
        self.page.screenshot(path=str(self.folder / f"{name}.png"), full_page=True)


def shell(instance: Instance, code: str, **values: object) -> Any:
    """What a snippet in the instance prints last, as JSON."""
    said = manage(instance.env, "shell", "-v0", "-c", code.format(**values))
    return json.loads(said.splitlines()[-1])


@pytest.fixture
def walk(browser: Browser, instance: Instance, tmp_path: Path) -> Iterator[Walk]:
    if not instance.env:
        pytest.skip("a user and a file are made in an instance of our own")
    password = secrets.token_urlsafe(12)
    about = shell(instance, WHO, name=NAME, password=password, station=STATION)
    context = browser.new_context(
        base_url=instance.url, viewport={"width": 1600, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, Instance(instance.url, NAME, password))
    yield Walk(page, instance, about, tmp_path)
    context.close()
    assert not problems, "\n".join(problems)


def quiet(walk: Walk) -> None:
    """Before: no alarm of this station, no report."""
    page = walk.page
    page.goto("/alerts/")
    row = page.locator(".alert-table a[data-open]", has_text=walk.title)
    expect(row).to_have_count(0)
    page.goto("/stations/reports/")
    line = page.locator(f"tr[data-station='{walk.pk}']")
    expect(line.locator("a[href$='.pdf']")).to_have_count(0)
    walk.keep("01-no-report-yet")


def over(walk: Walk) -> None:
    """The file arrives: the station is over its limit in the list of stations."""
    shell(walk.instance, SEND, station=STATION, port=free_port())
    page = walk.page
    page.goto(f"/stations/?q={STATION}")
    row = page.locator("#st-rows tr", has_text=walk.title)
    expect(row.first).to_contain_text("Vượt giới hạn")
    walk.keep("02-station-over")


def acknowledged(walk: Walk) -> str:
    """The alert names value and limit; it is acknowledged. Its id."""
    page = walk.page
    page.goto("/alerts/")
    row = page.locator(".alert-table a[data-open]", has_text=walk.title)
    row = row.filter(has_text="COD").first
    row.wait_for()
    walk.keep("03-alert-on-list")
    path = row.get_attribute("href")
    assert path
    page.goto(path)
    expect(page.locator("main")).to_contain_text("QCVN 40:2011/BTNMT")
    page.locator("form[action$='/acknowledge/'] button").click()
    expect(page.locator("form[action$='/acknowledge/']")).to_have_count(0)
    walk.keep("04-acknowledged")
    return path.rstrip("/").rpartition("/")[2]


def followed_up(walk: Walk) -> None:
    """What the playbook opened: a directive drafted from the alert."""
    page = walk.page
    order = page.locator(".alert-orders p a")
    expect(order).to_have_count(1)
    order.click()
    page.wait_for_url(re.compile(r"/directives/\d+/$"))
    expect(page.locator("#directive")).to_contain_text(walk.title)
    walk.keep("05-directive")


def filed(walk: Walk, alert: str) -> str:
    """The alert's drawer opens a case; the evidence has the file; it is gathered again
    and handed out. Its number."""
    page = walk.page
    page.goto(f"/drawer/alerts/{alert}/")
    page.locator("a[href*='/stations/cases/new/']").click()
    expect(page.locator("input[name='parameters'][value='COD']")).to_be_checked()
    page.locator("textarea[name='summary']").fill("Nước thải sủi bọt")
    walk.keep("06-new-case")
    page.locator(".ds-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/stations/cases/\d+/$"))
    over = page.locator("#episodes tbody tr", has_text="COD")
    expect(over.first).to_contain_text("QCVN 40:2011/BTNMT")
    number = re.search(r"MT-\d{4}-\d{4}", page.title())
    assert number
    walk.keep("07-case")
    again = page.locator("form[action$='/gather/']")
    page.locator("details", has=again).locator("summary").click()
    again.locator("textarea").fill("Tệp đến sau")
    again.locator("button[type=submit]").click()
    expect(page.locator("#changed")).to_be_visible()
    link = page.locator("a[href$='/v2/case.zip']").get_attribute("href")
    body = page.request.get(str(link)).body()
    (walk.folder / "case.zip").write_bytes(body)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        raw = [name for name in package.namelist() if name.startswith("raw/")]
        assert any(b"COD" in package.read(name) for name in raw)
    page.goto("/stations/cases/check/")
    page.locator("input[type=file]").set_input_files(walk.folder / "case.zip")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".badge-good")).to_be_visible()
    walk.keep("08-case-checked")
    return number.group()


def reported(walk: Walk, number: str) -> None:
    """The monthly report has the exceedance and names the case, on screen, on paper and
    as workbook."""
    page = walk.page
    page.goto("/stations/reports/")
    line = page.locator(f"tr[data-station='{walk.pk}']")
    line.locator("button[type=submit]").click()
    page.wait_for_url(re.compile(r"/stations/reports/\d+/$"))
    episodes = page.locator("#episodes tbody tr")
    expect(episodes.filter(has_text="COD").first).to_contain_text("mg/L")
    expect(page.locator("#cases")).to_contain_text(number)
    walk.keep("09-report")
    links = {
        kind: page.locator(f".page-head a[href$='.{kind}']").get_attribute("href")
        for kind in ("pdf", "xlsx")
    }
    paper = page.request.get(str(links["pdf"]))
    assert paper.body().startswith(b"%PDF")
    (walk.folder / "report.pdf").write_bytes(paper.body())
    book = load_workbook(io.BytesIO(page.request.get(str(links["xlsx"])).body()))
    sheet = book.worksheets[4]
    found = list(sheet.iter_rows(min_row=2, values_only=True))
    (cod,) = [row for row in found if row[0] == "COD"]
    assert cod[7] > cod[2] >= 75


def complete(walk: Walk) -> None:
    """The month of completeness leads to the day of the file and its hours."""
    page = walk.page
    page.goto(f"/stations/completeness/{walk.pk}/")
    page.locator(".cp-table tbody tr").first.locator("td a").last.click()
    page.wait_for_url(re.compile(r"/stations/completeness/\d+/\d{4}-\d\d-\d\d/"))
    expect(page.locator(".cp-table tbody tr").first).to_be_visible()
    walk.keep("10-completeness-of-the-day")


def test_an_exceedance_goes_from_the_file_to_the_monthly_report(walk: Walk) -> None:
    quiet(walk)
    over(walk)
    alert = acknowledged(walk)
    followed_up(walk)
    reported(walk, filed(walk, alert))
    complete(walk)
