"""The drawer's section, the panel, the passport, pace and brief, as pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from layers.core import units
from layers.core.versions import forget_all
from layers.indicators import services
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage

from .figuring import indicator, publish

OLD = date(2022, 1, 1)


@pytest.fixture
def place(province) -> units.UnitNode:
    nodes = province.nodes.values()
    found = (n for n in nodes if n.kind == "district" and n.code == "399")
    return next(node for node in found if node.valid_on(OLD))


@pytest.fixture
def other(province, place) -> units.UnitNode:
    nodes = province.nodes.values()
    found = (n for n in nodes if n.kind == "district" and n.code == "400")
    return next(node for node in found if node.valid_on(OLD))


@pytest.fixture
def growth(place, other) -> Indicator:
    """12.51 as estimated, then 12.4; red from now on, green before."""
    made = indicator(
        "TT01",
        title="Growth",
        unit="%",
        decimals=2,
        green=">=20",
        amber="15-20",
        red="<15",
        headline=1,
        agency="Statistics",
        legal_basis="Law 89",
        rollup="none",
    )
    publish(made, {place.id: 21, other.id: 30}, "2021")
    early = {"vintage": Vintage.ESTIMATE, "at": datetime(2022, 12, 20, tzinfo=UTC)}
    publish(made, {place.id: 12.51}, "2022", **early)
    publish(made, {place.id: 12.4, other.id: 31}, "2022")
    return made


@pytest.fixture
def leader(cast, client):
    client.force_login(cast["leader"])
    client.get("/indicators/marks/?lang=en")
    return client


def text_of(client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_the_drawer_tells_first_what_turned_red(growth, place, leader):
    html = text_of(leader, f"/drawer/units/{place.id}/")
    shown = words(html)
    assert html.index("ind-reds") < html.index("ind-tiles")
    assert 'data-code="TT01" data-status="red"' in html
    assert "turned red" in shown
    for part in ("12.4", "%", "< 15", "Final", "the agency", "2/2"):
        assert part in shown, part
    layered = text_of(leader, f"/drawer/indicators/{place.id}/")
    assert 'data-layer="units"' in layered, "the figures open the unit's drawer"


def test_what_is_missing_is_listed_with_its_owner(growth, place, leader):
    indicator("TT02", title="Beds", agency="Department of Health", rollup="none")
    forget_all()
    html = text_of(leader, f"/indicators/units/{place.id}/group/1/")
    assert "Beds" in html
    assert "Department of Health" in html
    assert "ind-missing" in html


def test_the_panel_shows_every_version_and_how_it_was_revised(growth, place, leader):
    url = f"/indicators/units/{place.id}/TT01/"
    html = text_of(leader, url)
    shown = words(html)
    assert "<html" in html
    assert "12.51" in shown
    assert "\N{MINUS SIGN}0.11" in shown, "the step from 12.51 to 12.4"
    assert "Law 89" in shown
    inside = text_of(leader, url, **{"HX-Request": "true"})
    assert "<html" not in inside
    assert f'data-link="{url}"' in inside, "a fragment knows the address of its page"


def test_what_was_published_at_night_is_of_the_day_it_was_here(place, leader):
    made = indicator("TT05", title="Night", unit="count")
    at = datetime(2025, 4, 15, 22, 30, tzinfo=UTC)  # half past five on the 16th
    publish(made, {place.id: 1}, "2024", at=at)
    html = text_of(leader, f"/indicators/units/{place.id}/TT05/")
    assert "16/04/2025" in html
    assert "15/04/2025" not in html


def test_a_day_that_no_figure_can_be_of_is_left_out(growth, place, leader):
    publish(growth, {place.id: 20}, "2024", vintage=Vintage.PLAN)
    for day in ("0001-01-01", "9999-12-31"):
        for url in ("pace/?on=", "brief/?since=", f"units/{place.id}/TT01/?date="):
            text_of(leader, f"/indicators/{url}{day}")


def test_the_passport_tells_who_when_and_from_where(growth, place, leader, cast):
    load = Load.objects.create(
        channel=Channel.UPLOAD,
        title="growth.xlsx",
        source="Statistics",
        upload_id=7,
        by=cast["administrator"],
    )
    newest = Fact.objects.filter(unit_id=place.id, vintage=Vintage.FINAL).latest("pk")
    at = datetime(2025, 5, 1, tzinfo=UTC)
    publish(growth, {place.id: 12.3}, "2022", at=at, load=load, row=9, cell="Data!C9")
    fact = Fact.objects.get(load=load)
    html = text_of(leader, f"/indicators/facts/{fact.pk}/")
    shown = words(html)
    assert "12.51 → 12.4 → 12.3" in shown
    assert 'href="/uploads/7/rows/Data/9/"' in html
    assert str(cast["administrator"]) in shown
    assert f"/indicators/facts/{newest.pk}/" in html, "other versions are linked"
    services.withdraw(load, by_id=cast["administrator"].pk, reason="wrong sheet")
    html = text_of(leader, f"/indicators/facts/{fact.pk}/")
    assert "ind-withdrawn" in html
    assert "wrong sheet" in html


def test_a_figure_without_a_file_leads_to_its_load(growth, place, leader):
    fact = Fact.objects.filter(unit_id=place.id).latest("pk")
    html = text_of(leader, f"/indicators/facts/{fact.pk}/")
    url = f"/indicators/loads/{fact.load_id}/?fact={fact.pk}#marked"
    assert url in html
    assert 'id="marked"' in text_of(leader, url.removesuffix("#marked"))


def test_a_figure_put_together_when_read_shows_its_parts(place, leader):
    made = indicator("TT03", title="People", unit="persons")
    communes = [
        node.id
        for node in units.tree().nodes.values()
        if node.parent_id == place.id and node.kind == "commune"
    ]
    publish(made, dict.fromkeys(communes, 10.0), "2025")
    html = text_of(leader, f"/indicators/units/{place.id}/TT03/")
    found = re.search(r'class="ind-value num" href="([^"]+)"', html)
    assert found
    assert "/passport/" in found[1]
    shown = words(text_of(leader, found[1].replace("&amp;", "&")))
    assert "Not published as such" in shown
    assert units.tree().title(communes[0]) in shown


def test_an_officer_sees_no_figure_of_another_unit(growth, place, other, cast, client):
    from gis_ioc.accounts.models import Scope

    Scope.objects.create(user=cast["officer"], units=[place.id])
    client.force_login(cast["officer"])
    own = Fact.objects.filter(unit_id=place.id).latest("pk")
    foreign = Fact.objects.filter(unit_id=other.id).latest("pk")
    assert client.get(f"/indicators/facts/{own.pk}/").status_code == 200
    for url in (
        f"/indicators/facts/{foreign.pk}/",
        f"/indicators/units/{other.id}/TT01/",
        f"/indicators/units/{other.id}/TT01/passport/",
        f"/indicators/units/{other.id}/group/1/",
        f"/indicators/pace/?unit={other.id}",
    ):
        assert client.get(url).status_code == 404, url
    load = text_of(client, f"/indicators/loads/{own.load_id}/")
    assert place.title in load
    assert other.title not in load
    marks = client.get("/indicators/marks/").json()
    assert {one["unit_id"] for one in marks["red"]} <= {place.id}
    assert other.title not in text_of(client, "/indicators/brief/")


def test_whoever_may_not_see_the_layer_finds_nothing(growth, place, cast, client):
    client.force_login(cast["outsider"])
    for url in ("pace/", "brief/", "marks/", f"units/{place.id}/TT01/"):
        assert client.get(f"/indicators/{url}").status_code == 404, url


def test_the_brief_names_what_turned_red_since_a_day(growth, other, leader):
    publish(growth, {other.id: 10}, "2023", at=datetime(2025, 4, 15, tzinfo=UTC))
    url = "/indicators/brief/?since="
    since = words(text_of(leader, url + "2025-03-01"))
    assert "Turned red since 01/03/2025 1" in since
    assert other.title in since
    later = words(text_of(leader, url + "2025-06-01"))
    assert "Nothing has turned red since then" in later
    assert "Late publications" in later
    wall = text_of(leader, "/indicators/brief/?wall=1")
    assert "ind-wall" in wall


def test_the_pace_says_what_will_be_missed(place, leader):
    made = indicator("TT04", title="Revenue", unit="bn VND", accumulates=True)
    publish(made, {place.id: 1200}, "2025", vintage=Vintage.PLAN)
    publish(made, {place.id: 300}, "2025-01..06", vintage=Vintage.PRELIMINARY)
    shown = words(text_of(leader, f"/indicators/pace/?unit={place.id}&on=2025-06-30"))
    assert "will be missed on 31/12/2025" in shown
    assert "spread evenly over the year" in shown
    many = text_of(leader, "/indicators/pace/?code=TT04&kind=district&on=2025-06-30")
    assert place.title in many
    assert leader.get("/indicators/pace/?code=NONE").status_code == 404
    assert leader.get("/indicators/pace/?unit=x").status_code == 404


def test_the_map_is_told_which_units_are_red(growth, place, leader):
    answer = leader.get("/indicators/marks/").json()
    assert [(one["unit_id"], one["count"]) for one in answer["red"]] == [(place.id, 1)]
    assert answer["units_on"] == "2024-12-31", "the 27 still stand as areas"
    assert len(answer["box"]) == 4
    entry = next(
        one
        for one in leader.get("/api/v1/layers").json()
        if one["slug"] == "indicators"
    )
    assert entry["drawer"] == "units"
