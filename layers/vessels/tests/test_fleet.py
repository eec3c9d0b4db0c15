"""The fisheries screens: figures, list, drawer, call log."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from gis_ioc.accounts.models import Scope
from layers.core.scope import everything
from layers.vessels.fleet import board, listing
from layers.vessels.fleet.asked import SILENCES, STATES, Asked
from layers.vessels.fleet.listing import PAGE, SORTS, Order
from layers.vessels.models import Provider, Vessel

from .boats import heard, registered
from .screens import boat, client, enter, minutes_ago

pytestmark = pytest.mark.django_db
LIST = "/vessels/list/"


@pytest.fixture
def fleet() -> dict[str, Vessel]:
    """One boat in each state; the silent one is at sea, as all silent ones are."""
    now = timezone.now()
    return {
        "in_port": boat(1, home_port="Lạch Hới", state={"at_sea": False}),
        "at_sea": boat(2, home_port="Lạch Hới", state={"at_sea": True}),
        "silent": boat(
            3, home_port="Hòa Lộc",
            state={
                "at_sea": True, "step": "silent_6h",
                "step_since": now - timedelta(hours=3), "provider": "VNPT",
            },
        ),
        "beyond": boat(4, state={"at_sea": True, "beyond": True}),
        "unknown": boat(5),
    }  # fmt: skip


def numbers(page: str) -> list[str]:
    return re.findall(r'data-id="(\d+)"', page)


def listed(user: Any, query: str = "") -> set[int]:
    return {int(id) for id in numbers(client(user).get(LIST + query).content.decode())}


def test_every_figure_of_the_dashboard_leads_to_as_many_vessels(
    cast: dict, fleet: dict
) -> None:
    made = board.board(everything(), timezone.now())
    assert {state: made.total.figures[state].number for state in STATES} == {
        "in_port": 1, "at_sea": 3, "silent": 1, "beyond": 1, "unknown": 1,
    }  # fmt: skip
    figures = [
        figure
        for row in (made.total, *made.classes, *made.ports)
        for figure in (*row.figures.values(), row.together)
    ]
    figures += [step.figure for step in made.steps]
    for figure in figures:
        assert len(listed(cast["fisheries"], figure.in_list)) == figure.number


def test_a_figure_says_on_the_map_what_it_says_in_the_list() -> None:
    asked = Asked(state="silent", port="Cảng cá Lạch Hới", length="15_24")
    link = asked.map_link("vessels")
    assert link.startswith("/#layers=vessels&f.vessels=registered:!yes;")
    assert f"ladder_step:{'|'.join(SILENCES)}" in link
    assert "length_m:15..23.99" in link
    assert "home_port:C%E1%BA%A3ng%20c%C3%A1%20L%E1%BA%A1ch%20H%E1%BB%9Bi" in link


@pytest.mark.parametrize(
    "asked",
    [
        Asked(q="tau"), Asked(papers="licence_expired"), Asked(state="unknown"),
        Asked(port="-"),
    ],
)  # fmt: skip
def test_what_the_map_cannot_filter_has_no_link_to_it(asked: Asked) -> None:
    assert asked.map_link("vessels") == ""


def test_the_dashboard_names_an_outage_and_refreshes_its_figures_alone(
    cast: dict, fleet: dict
) -> None:
    from layers.vessels.duties import services

    provider = Provider.objects.create(code="vnpt", title="VNPT")
    began = timezone.now() - timedelta(hours=2)
    services.declare_outage(provider, began, cast["fisheries"])
    page = client(cast["fisheries"]).get("/vessels/?lang=en").content.decode()
    assert "VNPT does not deliver" in page
    part = client(cast["fisheries"]).get(
        "/vessels/?lang=en", headers={"hx-request": "true"}
    )
    assert "VNPT does not deliver" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_filters_narrow_the_list(cast: dict, fleet: dict) -> None:
    staff = cast["fisheries"]
    old = boat(6, licence_expires=date(2020, 1, 1), length_m=18.0, gear="Lưới rê")
    assert listed(staff, "?papers=licence_expired") == {old.pk}
    assert listed(staff, "?length=15_24") == {old.pk}
    assert listed(staff, "?gear=L%C6%B0%E1%BB%9Bi+r%C3%AA") == {old.pk}
    assert listed(staff, "?step=silent_6h") == {fleet["silent"].pk}
    assert listed(staff, "?provider=VNPT") == {fleet["silent"].pk}
    assert listed(staff, "?kind=nonsense") == set()
    assert len(listed(staff, "?state=nonsense&length=nonsense")) == 6


def test_a_stranger_is_listed_only_when_asked_for(cast: dict) -> None:
    Vessel.objects.create(source="t", external_id="1", title="EVER", registered=True)
    heard("mmsi:574000001", "FAR AWAY")
    assert len(listed(cast["fisheries"])) == 1
    assert len(listed(cast["fisheries"], "?register=all")) == 2


@pytest.mark.parametrize("text", ["TH 90042", "th90042ts", "Tau 042", "TH-9OO42"])
def test_a_boat_is_found_by_a_damaged_name(cast: dict, text: str) -> None:
    wanted = boat(42)
    boat(77)
    page = client(cast["fisheries"]).get(LIST, {"q": text}).content.decode()
    assert numbers(page)[0] == str(wanted.pk)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_by_keyset_hold_every_vessel_once(sort: str, direction: str) -> None:
    now = timezone.now()
    for number in range(PAGE + 20):
        state = {"at_sea": True, "next_at": now + timedelta(minutes=number // 3)}
        boat(
            number, length_m=None if number % 3 else 12.5 + number // 10,
            home_port="Lạch Hới" if number % 2 else "",
            state=state if number % 4 else None,
        )  # fmt: skip
    given = {"sort": sort, "dir": direction}
    first = listing.page(Asked(), Order.read(given, Asked()), everything(), now.date())
    given["after"] = first.after
    second = listing.page(Asked(), Order.read(given, Asked()), everything(), now.date())
    seen = [row["id"] for row in (*first.rows, *second.rows)]
    assert first.total == len(seen) == len(set(seen)) == PAGE + 20
    assert (len(first.rows), second.after) == (PAGE, "")


@pytest.mark.parametrize("after", ["x", "1", "~", "5~abc", "-3~1", f"{'9' * 30}~1"])
def test_a_page_that_is_none_is_the_first(cast: dict, fleet: dict, after: str) -> None:
    found = client(cast["fisheries"]).get(LIST, {"after": after})
    assert len(numbers(found.content.decode())) == len(fleet)


def exported(user: Any, query: str) -> list[dict[str, str]]:
    answer = client(user).get(f"/vessels/list/export.csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_holds_what_the_page_shows(cast: dict, fleet: dict) -> None:
    staff = cast["fisheries"]
    for query in ("?state=silent", "?port=L%E1%BA%A1ch+H%E1%BB%9Bi", "?q=Tau+002"):
        found = {int(row["id"]) for row in exported(staff, query)}
        assert found == listed(staff, query)
    chosen = f"?ids={fleet['at_sea'].pk},{fleet['beyond'].pk},nonsense"
    assert {int(row["id"]) for row in exported(staff, chosen)} == {
        fleet["at_sea"].pk, fleet["beyond"].pk,
    }  # fmt: skip


def test_the_owner_is_exported_only_to_who_may_know(cast: dict) -> None:
    boat(1, owner="Lê Văn Phúc")
    assert "owner" not in exported(cast["leader"], "")[0]
    assert exported(cast["fisheries"], "")[0]["owner"] == "Lê Văn Phúc"


def test_an_officer_sees_figures_list_and_export_of_their_units_only(
    cast: dict, province: Any
) -> None:
    here, there = list(province.codes("commune", date(2026, 11, 22)).values())[:2]
    mine, other = boat(1, unit_id=here), boat(2, unit_id=there)
    officer = cast["officer"]
    Scope.objects.create(user=officer, units=[here])
    page = client(officer).get("/vessels/")
    assert page.context["board"].total.together.number == 1
    assert listed(officer) == {mine.pk}
    rows = exported(officer, f"?ids={mine.pk},{other.pk}")
    assert [row["id"] for row in rows] == [str(mine.pk)]
    assert client(officer).get("/vessels/lists/silent_6h/").status_code == 200
    said = {"at": minutes_ago(1), "channel": "phone", "outcome": "reached"}
    assert enter(officer, other, "contact", **said).status_code in (403, 404)


def test_who_may_not_see_vessels_finds_no_page(cast: dict) -> None:
    for page in ("", "list/", "list/export.csv", "lists/silent_6h/"):
        assert client(cast["outsider"]).get(f"/vessels/{page}").status_code == 404


def test_a_formula_in_a_name_does_not_run_in_the_export(cast: dict) -> None:
    registered("TH-90001-TS", title="=1+1")
    assert exported(cast["fisheries"], "")[0]["title"] == "'=1+1"


def test_addresses_of_filters_are_read_back_as_they_were_written() -> None:
    asked = Asked(state="silent", port="Lạch Hới & Co", q="tàu 5")
    given = {name: values[0] for name, values in parse_qs(asked.address).items()}
    assert Asked.read(given) == asked
    assert urlsplit(f"/?{asked.address}").fragment == ""
