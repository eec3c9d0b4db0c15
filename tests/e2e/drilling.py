"""People, measured values and clocks of the command drill."""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from .conftest import Instance, manage, sign_in

STATION = "TH_NGHISON_NUOCTHAI"
DESKTOP = (1600, 900)
PHONE = (390, 844)
_EXIF, _GPS = 0x8769, 0x8825

PEOPLE = """
import json
from django.contrib.auth.models import Group
from gis_ioc.accounts.models import Scope, User
from layers.core import units
from layers.stations.models import Station
station = Station.objects.get(code="{station}")
right = station.unit_id
tree = units.tree()
wrong = next(pk for pk in sorted(tree.codes("commune").values()) if pk != right)
own = {{"drill-wrong": wrong, "drill-right": right}}
for name, role in {roles}.items():
    user, _ = User.objects.get_or_create(username=name)
    user.set_password("{password}")
    user.unit_id = own.get(name)
    user.save()
    user.groups.set(Group.objects.filter(name=role))
    Scope.objects.filter(user=user).delete()
    only = own.get(name)
    units_of = [only] if only else []
    Scope.objects.create(user=user, all_units=only is None, units=units_of)
titles = dict(units.choices())
print(json.dumps({{
    "wrong": wrong, "right": right, "station": station.title,
    "wrong_title": titles[wrong], "right_title": titles[right],
    "lon": station.geom.x, "lat": station.geom.y,
}}))
"""
ROLES = {
    "drill-operator": "operator",
    "drill-leader": "leader",
    "drill-supervisor": "supervisor",
    "drill-wrong": "officer",
    "drill-right": "officer",
}

# What the logger of the station sends, put where the FTP server puts it.
EXCEED = """
import time
from datetime import UTC, datetime
from feeds.core import drain, inbox
from feeds.core.models import Feed
from feeds.simulate.stations import uploads
from feeds.station_files.intake import KIND
from fixtures import Demo
rows = [row for row in Demo().table("stations") if row["code"] == "{station}"]
feed = Feed.of_kind(KIND)
(sent,) = uploads(rows, int(time.time()), {{"{station}": "exceed"}})
inbox.store([inbox.RawBatch(
    kind=KIND, feed=feed.slug, source=sent.account, received_at=datetime.now(UTC),
    lines=sent.body.count(b"\\n"), body=sent.body,
    meta={{"account": sent.account, "path": sent.path}},
)])
while drain.step(feed):
    pass
"""

# What the scheduler and a worker do, once.
TICK = """
import json
from layers.core.delivery import working
from layers.directives import escalation
from layers.directives.models import Directive
escalation.tick()
for pk in working.due():
    working.work(pk)
print(json.dumps(Directive.objects.get(pk={pk}).clock))
"""

# The words of the PDF: its pages hold them as shapes of letters.
REPORT = """
import json
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import override
from layers.directives.models import Directive
from layers.directives.review.document import context
from layers.directives.review.gathering import gather
with override("vi"):
    shown = context(gather(Directive.objects.get(pk={pk})))
    text = render_to_string("directives/review_print.html", shown)
print(json.dumps(strip_tags(text)))
"""


@dataclass
class Person:
    """Somebody at a screen of their own."""

    page: Page
    problems: list[str] = field(default_factory=list)


@dataclass
class Cast:
    """Who takes part, and what the drill is about."""

    instance: Instance
    about: dict[str, Any]
    password: str

    def shell(self, code: str, **values: object) -> Any:
        """What a snippet in the instance prints last, as JSON; None: nothing."""
        lines = manage(
            self.instance.env, "shell", "-v0", "-c", code.format(**values)
        ).splitlines()
        return json.loads(lines[-1]) if lines else None


def gather(instance: Instance, station: str = STATION) -> Cast:
    """Users of the drill: two officers of two communes (one that of the station), the
    others of all."""
    cast = Cast(instance, {}, secrets.token_urlsafe(12))
    cast.about = cast.shell(
        PEOPLE, station=station, roles=json.dumps(ROLES), password=cast.password
    )
    return cast


@contextmanager
def at_screen(
    browser: Browser, cast: Cast, name: str, size: tuple[int, int]
) -> Iterator[Person]:
    """A signed-in person; complaints of their pages fail the drill."""
    phone = size == PHONE
    context = browser.new_context(
        base_url=cast.instance.url,
        viewport={"width": size[0], "height": size[1]},
        has_touch=phone,
        is_mobile=phone,
    )
    person = Person(context.new_page())
    page = person.page
    page.set_default_timeout(30_000)
    page.on(
        "pageerror",
        lambda error: person.problems.append(f"{name}: {error.stack or error}"),
    )
    page.on(
        "console",
        lambda message: (
            person.problems.append(f"{name}: {message.text} {message.location}")
            if message.type == "error"
            else None
        ),
    )
    sign_in(page, Instance(cast.instance.url, name, cast.password))
    try:
        yield person
    finally:
        context.close()
    assert not person.problems, "\n".join(person.problems)


def photo(lon: float, lat: float, taken: datetime) -> bytes:
    """A JPEG as a phone writes it, with time and place."""

    def dms(degrees: float) -> tuple[float, float, float]:
        minutes = abs(degrees) % 1 * 60
        return float(int(abs(degrees))), float(int(minutes)), minutes % 1 * 60

    exif = Image.Exif()
    stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
    zone = taken.isoformat()[-6:]
    exif.get_ifd(_EXIF).update({0x9003: stamp, 0x9011: zone})
    exif.get_ifd(_GPS).update({1: "N", 2: dms(lat), 3: "E", 4: dms(lon)})
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (70, 90, 60)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def keep(person: Person, name: str, folder: Path) -> None:
    """A picture of the screen, to be looked at."""
    person.page.screenshot(path=str(folder / f"{name}.png"))


def number_in(url: str) -> int:
    found = re.search(r"/directives/(\d+)/", url)
    assert found, url
    return int(found[1])
