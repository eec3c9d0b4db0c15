"""The addresses that maps, drawers and machines read figures from."""

from __future__ import annotations

import csv
import io

import pytest

from gis_ioc.accounts.models import Scope
from layers.indicators import services
from layers.indicators.tests.figuring import NEW, OLD, indicator, level, load, publish

MAP = "/api/v1/indicators/BIRTHS/map"


@pytest.fixture
def births(province, cast, client):
    of = indicator("BIRTHS", unit="cases")
    old = level(province, "district", OLD)
    publish(of, {node.id: 100 + n for n, node in enumerate(old[:-1])})
    client.force_login(cast["leader"])
    return of, old


def test_a_map_has_classes_areas_and_the_moment_of_its_tiles(client, births):
    body = client.get(MAP, {"units_on": "2024-12-31", "method": "quantiles"}).json()
    assert body["indicator"]["code"] == "BIRTHS"
    assert (body["at"][:13], body["date"]) == ("2024-12-31T12", "2024-12-31")
    assert len(body["areas"]) == 27
    assert len(body["classes"]) == 5
    values = {area["code"]: area for area in body["areas"]}
    missing = [area for area in values.values() if area["value"] is None]
    assert [(area["place"], area["rank"]) for area in missing] == [(None, None)]
    for area in values.values():
        if area["value"] is not None:
            drawn = body["classes"][area["place"]]
            assert drawn["low"] <= area["value"] <= drawn["high"]
            assert area["period"] == "2024"
            assert (area["vintage"], area["how"]) == ("final", "own")
    assert sorted(a["rank"] for a in values.values() if a["rank"]) == [*range(1, 27)]
    assert body["total"] == sum(range(100, 126))


def test_todays_units_are_drawn_without_a_moment_and_estimates_are_marked(
    client, births, province
):
    of, old = births
    publish(of, {old[-1].id: 90})
    body = client.get(MAP, {"kind": "commune"}).json()
    assert body["at"] is None
    assert {area["how"] for area in body["areas"]} == {"recast"}
    assert {area["fact_id"] for area in body["areas"]} == {None}
    whole = sum(range(100, 126)) + 90
    assert sum(area["value"] for area in body["areas"]) == whole == body["total"]


def test_the_table_of_a_map_is_csv_with_missing_as_empty_cells(client, births):
    answer = client.get(f"{MAP}.csv", {"units_on": "2024-12-31"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "BIRTHS-district-2024-12-31.csv" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 27
    assert sum(row["value"] == "" for row in rows) == 1
    assert rows[0]["value"] == "100.0"
    assert rows[0]["period"] == "2024"


def test_an_answer_is_kept_until_the_figures_change(client, births, cast):
    of, old = births
    first = client.get(MAP)
    assert first["Cache-Control"] == "private, no-cache"
    known = {"if-none-match": first["ETag"]}
    assert client.get(MAP, headers=known).status_code == 304
    assert client.get(MAP, {"count": 4}, headers=known).status_code == 200
    Scope.objects.create(user=cast["officer"], units=[old[2].id])
    client.force_login(cast["officer"])
    assert client.get(MAP, headers=known).status_code == 200, "another sees another"
    client.force_login(cast["leader"])
    publish(of, {old[-1].id: 3})
    assert client.get(MAP, headers=known).status_code == 200


def test_a_unit_officer_gets_the_own_units_only(client, births, cast):
    _of, old = births
    Scope.objects.create(user=cast["officer"], units=[old[2].id])
    client.force_login(cast["officer"])
    body = client.get(MAP, {"units_on": "2024-12-31"}).json()
    assert [area["unit_id"] for area in body["areas"]] == [old[2].id]
    assert body["areas"][0]["rank"] is None
    assert (body["mean"], body["total"], body["province"]) == (None, None, None)
    profile = "/api/v1/indicators/units/{}/profile"
    assert client.get(profile.format(old[2].id)).status_code == 200
    assert client.get(profile.format(old[3].id)).status_code == 404
    series = "/api/v1/indicators/BIRTHS/series"
    assert client.get(series, {"unit": old[3].id}).status_code == 404
    client.force_login(cast["outsider"])
    assert client.get(MAP).status_code == 404


def test_profile_series_and_days_say_period_vintage_and_origin(client, births):
    _of, old = births
    body = client.get(f"/api/v1/indicators/units/{old[0].id}/profile").json()
    assert body["unit"]["code"] == old[0].code
    (line,) = [line for line in body["lines"] if line["indicator"] == "BIRTHS"]
    assert (line["figure"]["value"], line["figure"]["period"]) == (100, "2024")
    asked = {"unit": old[0].id}
    body = client.get("/api/v1/indicators/BIRTHS/series", asked).json()
    assert [version["vintage"] for version in body["versions"]] == ["final"]
    body = client.get("/api/v1/indicators/dates", {"code": "BIRTHS"}).json()
    assert str(NEW) in body["units"]
    assert body["figures"] == [str(OLD)]


@pytest.mark.parametrize(
    ("path", "params", "status", "text"),
    [
        ("BIRTHS/map", {"known": "yesterday"}, 400, "known"),
        ("BIRTHS/map", {"kind": "village"}, 422, "kind"),
        ("BIRTHS/map", {"count": 9}, 422, "count"),
        ("BIRTHS/map", {"date": "2024-02-30"}, 422, "date"),
        ("NONE/map", {}, 404, "NONE"),
        ("dates", {"code": "NONE"}, 404, "NONE"),
        ("BIRTHS/series", {}, 422, "unit"),
        ("units/999999/profile", {}, 404, "999999"),
        ("units/1/profile", {"known": "2024-01-01"}, 400, "known"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(
    client, births, path, params, status, text
):
    answer = client.get(f"/api/v1/indicators/{path}", params)
    assert answer.status_code == status
    assert text in answer.content.decode()


def test_figures_of_a_load_that_was_withdrawn_are_gone_from_the_map(client, births):
    of, old = births
    wrong = load("wrong")
    publish(of, {old[-1].id: 3}, load=wrong)
    params = {"units_on": "2024-12-31"}

    def missing() -> int:
        areas = client.get(MAP, params).json()["areas"]
        return sum(area["value"] is None for area in areas)

    assert missing() == 0
    services.withdraw(wrong, by_id=None, reason="a mistake")
    assert missing() == 1
