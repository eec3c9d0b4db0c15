"""The review desk as people use it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.stations.kinds import Kind
from layers.stations.models import Finding, QualitySetting, Review, Series
from layers.stations.quality.admin import QualitySettingForm

from .helpers import send, station, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def series() -> Series:
    """Four hours of the same value, up to five minutes ago."""
    end = timezone.now().timestamp() // 300 * 300 - 300
    where = station(Kind.EFFLUENT)
    send(values(where, *[("COD", end - 300 * step, 50.0) for step in range(48)]))
    return Series.objects.get(station=where)


@pytest.fixture
def desk(client: Client, cast: Any) -> Client:
    client.force_login(cast["environment"])
    return client


def form(series: Series, **change: Any) -> dict[str, Any]:
    last = timezone.localtime(series.latest.at)
    return {
        "since": f"{last:%Y-%m-%dT%H:%M:%S}", "until": f"{last:%Y-%m-%dT%H:%M:%S}",
        "flag": "1", "reason": "seen by eye", **change,
    }  # fmt: skip


def test_the_list_shows_one_row_for_a_stretch_and_leads_to_it(
    desk: Client, series: Series
) -> None:
    page = desk.get(reverse("stations:review"))
    (row,) = page.context["found"].rows
    assert (row.test, row.values, row.flag) == ("flat_line", 36, 4)
    (_row, address) = page.context["rows"][0]
    assert desk.get(address).status_code == 200


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("test=flat_line", 1),
        ("test=spike", 0),
        ("parameter=COD&flag=4&days=1", 1),
        ("parameter=PM10", 0),
        ("state=decided", 0),
        ("station=0", 0),
        ("days=x&page=y&station=abc&flag=77", 1),
    ],
)
def test_the_list_is_filtered_by_its_address(
    desk: Client, series: Series, query: str, rows: int
) -> None:
    page = desk.get(reverse("stations:review") + "?" + query)
    assert len(page.context["found"].rows) == rows


def test_the_export_has_what_the_list_has(desk: Client, series: Series) -> None:
    answer = desk.get(reverse("stations:review-export", args=["csv"]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "flat_line" in lines[1]
    assert desk.get(reverse("stations:review-export", args=["xlsx"])).status_code == 200
    assert desk.get(reverse("stations:review-export", args=["pdf"])).status_code == 404


def test_deciding_and_withdrawing_by_the_forms(desk: Client, series: Series) -> None:
    address = reverse("stations:review-decide", args=[series.pk])
    answer = desk.post(address, form(series, value="51,5"), follow=True)
    assert answer.status_code == 200
    made = Review.objects.get()
    assert (made.flag, made.value) == (1, 51.5)
    desk.post(
        reverse("stations:review-withdraw", args=[made.pk]), {"reason": "wrong day"}
    )
    made.refresh_from_db()
    assert made.withdrawn_reason == "wrong day"


@pytest.mark.parametrize(
    "change",
    [
        {"since": "yesterday"},
        {"until": ""},
        {"flag": "7"},
        {"flag": ""},
        {"value": "much"},
        {"value": "nan"},
        {"reason": ""},
        {"since": "0001-01-01T00:00"},
        {"next": "//elsewhere.example/"},
    ],
)
def test_bad_input_is_told_and_never_leads_elsewhere(
    desk: Client, series: Series, change: dict[str, str]
) -> None:
    address = reverse("stations:review-decide", args=[series.pk])
    answer = desk.post(address, form(series, **change))
    assert answer.status_code == 302
    assert answer.url.startswith("/stations/")
    assert Review.objects.count() == ("next" in change)


def test_a_pattern_is_settled_with_a_reason_and_comes_back(
    desk: Client, series: Series
) -> None:
    now = timezone.now()
    found = Finding.objects.create(
        series=series, kind="long_calibration", since=now, until=now,
        evidence={"minutes": 150}, found_at=now,
    )  # fmt: skip
    address = reverse("stations:review-settle", args=[found.pk])
    desk.post(address, {"outcome": "explained", "reason": "yearly service"})
    found.refresh_from_db()
    assert (found.outcome, found.reason) == ("explained", "yearly service")
    assert not desk.get(reverse("stations:review")).context["findings"]
    desk.post(address, {})
    assert desk.get(reverse("stations:review")).context["findings"]


def test_who_may_only_look_sees_no_form_and_cannot_decide(
    client: Client, cast: Any, series: Series
) -> None:
    client.force_login(cast["leader"])
    page = client.get(reverse("stations:review-series", args=[series.pk]))
    assert b"qc-form" not in page.content
    client.post(reverse("stations:review-decide", args=[series.pk]), form(series))
    assert not Review.objects.exists()


def test_an_outsider_finds_nothing(client: Client, cast: Any, series: Series) -> None:
    client.force_login(cast["outsider"])
    for name, args in (
        ("review-series", [series.pk]),
        ("review-decide", [series.pk]),
    ):
        address = reverse(f"stations:{name}", args=args)
        answer = client.post(address) if "decide" in name else client.get(address)
        assert answer.status_code == 404
    page = client.get(reverse("stations:review"))
    assert page.status_code == 404 or not page.context["found"].rows


@pytest.mark.parametrize(
    ("test", "params", "part"),
    [
        ("flat_line", {"suspect_minutes": 60, "fail_minutes": 30}, "flat_line"),
        ("gross_range", {"low": 5}, "high"),
        ("spike", {"sharpness": 3}, "sharpness"),
        ("spike", [], "params"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(
    test: str, params: Any, part: str
) -> None:
    given = {"test": test, "enabled": True, "params": json.dumps(params)}
    checked = QualitySettingForm(given)
    assert not checked.is_valid()
    assert part in str(checked.errors)


def test_every_setting_that_is_shipped_can_be_saved_again() -> None:
    for row in QualitySetting.objects.all():
        given = {
            "test": row.test, "parameter": row.parameter, "kind": row.kind,
            "enabled": row.enabled, "params": json.dumps(row.params), "note": row.note,
        }  # fmt: skip
        checked = QualitySettingForm(given, instance=row)
        assert checked.is_valid(), (row, checked.errors)
