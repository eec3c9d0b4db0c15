"""Monthly reports: figures against arithmetic by hand, versions, papers, runs."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from layers.stations.completeness.months import Month
from layers.stations.ingest import partitions
from layers.stations.models import MonthlyReport, ReportRun, Station
from layers.stations.reporting import document, running, services, workbook
from layers.stations.reporting.differences import differences

from .helpers import send, station, values

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = date(2026, 11, 1)
MONTH = Month(FIRST)
START = datetime(2026, 11, 10, tzinfo=ZONE).timestamp()
NOW = datetime(2026, 12, 2, tzinfo=ZONE)
STEADY = [50.0 + n % 7 + n % 5 for n in range(12)]


@pytest.fixture
def plant() -> Station:
    partitions.ensure(datetime(2026, 11, 1, tzinfo=ZONE))
    return station(
        "effluent", installed_at=date(2026, 11, 10), owner="Mill", limit_column="B"
    )


def cod(first: int, *found: float | None, status: int = 0) -> list[tuple[Any, ...]]:
    return [
        ("COD", START + 300.0 * (first + n), value, status)
        for n, value in enumerate(found)
    ]


def parameter(report: MonthlyReport) -> dict[str, Any]:
    (found,) = report.figures["parameters"]
    return dict(found)


def issue(where: Station, cast: Any) -> MonthlyReport:
    return services.make(where, MONTH, cast["environment"], NOW)[0]


def test_statistics_are_of_valid_values_with_the_times_of_the_extremes(
    plant: Station, cast: Any
) -> None:
    n = np.arange(200)
    found = (70 + 25 * np.sin(n / 9) + n % 7 / 3).round(1)
    send(values(plant, *cod(1, *found), *cod(201, *[400.0] * 6, status=1)))
    row = parameter(issue(plant, cast))
    assert row["count"] == {
        "expected": 21 * 288, "received": 206, "measured": 200, "valid": 200,
    }  # fmt: skip
    assert row["mean"] == pytest.approx(found.mean(), abs=1e-6)
    assert row["p98"] == pytest.approx(np.percentile(found, 98), abs=1e-6)
    assert row["least"] == found.min()
    assert row["largest_at"] == START + 300.0 * (1 + int(found.argmax()))
    (state,) = row["states"]
    assert (state["status"], state["values"]) == (1, 6)
    assert state["until"] - state["since"] == 6 * 300


def test_an_exceedance_has_begin_end_and_peak_and_a_gap_ends_it(
    plant: Station, cast: Any
) -> None:
    send(values(plant, *cod(1, 100, 160, 180, 155, 140, 151)))
    send(values(plant, *cod(40, 170, 100)))
    (limit,) = parameter(issue(plant, cast))["limits"]
    assert (limit["value"], limit["legal_source"]) == (150.0, "QCVN 40:2011/BTNMT")
    assert (limit["compared"], limit["over"]) == (8, 5)
    first, second, third = limit["episodes"]
    assert first["since"] == START + 300  # the value of 00:10 is of 00:05 to 00:10
    assert first["until"] == START + 4 * 300
    assert (first["peak"], first["peak_at"]) == (180.0, START + 3 * 300)
    assert second["values"] == third["values"] == 1


def test_calibration_in_between_is_no_exceedance(plant: Station, cast: Any) -> None:
    send(values(plant, *cod(1, 100), *cod(2, 900, status=1), *cod(3, 100)))
    (limit,) = parameter(issue(plant, cast))["limits"]
    assert (limit["compared"], limit["over"], limit["episodes"]) == (2, 0, [])


def test_a_daily_limit_is_compared_with_days_that_have_enough_values(
    cast: Any,
) -> None:
    partitions.ensure(datetime(2026, 11, 1, tzinfo=ZONE))
    air = station("air", "TH_AIR", installed_at=date(2026, 11, 10))
    whole = [("PM2.5", START + 300.0 * n, 60.0 + n % 7 + n % 5) for n in range(1, 289)]
    half = [
        ("PM2.5", START + 86_400 + 300.0 * n, 90.0 + n % 7 + n % 5)
        for n in range(1, 145)
    ]
    send(values(air, *whole, *half))
    (limit,) = parameter(issue(air, cast))["limits"]
    assert (limit["averaging_minutes"], limit["value"]) == (1440, 45.0)
    assert (limit["compared"], limit["over"]) == (1, 1)
    (episode,) = limit["episodes"]
    assert (episode["since"], episode["until"]) == (START, START + 86_400)


def test_an_outage_is_half_an_hour_without_any_value(plant: Station, cast: Any) -> None:
    send(values(plant, *cod(1, *STEADY), *cod(24, *STEADY)))
    report = issue(plant, cast)
    spans = [
        (row["since"] - START, row["until"] - START)
        for row in report.figures["outages"]
    ]
    assert spans[0] == (12 * 300, 24 * 300)
    assert len(spans) == 2


def test_the_same_figures_are_the_same_version(plant: Station, cast: Any) -> None:
    send(values(plant, *cod(1, 100, 120)))
    first, new = services.make(plant, MONTH, cast["environment"], NOW)
    again, second = services.make(plant, MONTH, cast["leader"], NOW)
    assert (new, second) == (True, False)
    assert again.pk == first.pk


def test_late_values_make_a_further_version_that_says_what_changed(
    plant: Station, cast: Any
) -> None:
    send(values(plant, *cod(1, 100, 120)))
    first = issue(plant, cast)
    send(values(plant, *cod(3, 160)))
    second = issue(plant, cast)
    assert (first.version, second.version) == (1, 2)
    first.refresh_from_db()
    assert parameter(first)["count"]["valid"] == 2
    found = {
        entry.what: (entry.old, entry.new)
        for entry in differences(first.figures, second.figures)
    }
    assert found["valid"] == (2, 3)
    assert found["over"] == (0, 1)
    assert found["largest"] == (120.0, 160.0)
    assert found["days"] == (None, "10")
    assert differences(second.figures, second.figures) == []


def test_a_month_that_has_not_begun_is_refused(plant: Station, cast: Any) -> None:
    with pytest.raises(services.ReportError):
        services.make(plant, Month(date(2099, 1, 1)), cast["environment"], NOW)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_paper_and_workbook_hold_the_figures(
    plant: Station, cast: Any, language: str
) -> None:
    send(values(plant, *cod(1, 100, 160, 120)))
    report = issue(plant, cast)
    with override(language):
        paper = document.to_pdf(report)
        assert paper == document.to_pdf(report)
        book = load_workbook(io.BytesIO(workbook.to_xlsx(report)))
    assert paper.startswith(b"%PDF")
    parameters, episodes = book.worksheets[2], book.worksheets[4]
    assert parameters["A2"].value == "COD"
    assert parameters["G2"].value == 3
    assert isinstance(parameters["J2"].value, float)
    assert parameters.freeze_panes == "B2"
    assert episodes["H2"].value == 160
    begin = episodes["E2"].value.replace(tzinfo=ZONE)
    assert begin.timestamp() == START + 300


def test_a_run_makes_all_reports_once_and_goes_on_where_it_was(
    plant: Station, cast: Any
) -> None:
    other = station("effluent", "TH_TWO", installed_at=date(2026, 11, 10))
    send(values(plant, *cod(1, 100)))
    ids = [plant.pk, 99_999_999, other.pk]
    run = ReportRun.objects.create(
        month=FIRST, station_ids=ids, asked_by=cast["environment"], asked_at=NOW,
        done=0,
    )  # fmt: skip
    assert running.unfinished() == [run.pk]
    running.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.made) == ("done", 3, 2)
    assert list(run.failures) == ["99999999"]
    assert MonthlyReport.objects.count() == 2
    running.run(run.pk)
    assert MonthlyReport.objects.count() == 2


def test_a_cancelled_run_leaves_the_other_stations(plant: Station, cast: Any) -> None:
    run = ReportRun.objects.create(
        month=FIRST, station_ids=[plant.pk], asked_by=cast["environment"], asked_at=NOW
    )
    running.cancel(run)
    running.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == ("cancelled", 0)
    assert MonthlyReport.objects.count() == 0


def test_staff_make_readers_read_and_outsiders_see_nothing(
    client: Any, cast: Any, plant: Station
) -> None:
    send(values(plant, *cod(1, 100)))
    client.force_login(cast["operator"])
    form = {"month": "2026-11", "station": plant.pk}
    assert client.post("/stations/reports/make/", form).status_code == 403
    client.force_login(cast["environment"])
    answer = client.post("/stations/reports/make/", form)
    report = MonthlyReport.objects.get()
    assert answer.url == f"/stations/reports/{report.pk}/"
    paths = ["?month=2026-11", f"{report.pk}/", f"{report.pk}.pdf", f"{report.pk}.xlsx",
             "summary.pdf?month=2026-11", "summary.xlsx?month=2026-11",
             "runs/?month=2026-11"]  # fmt: skip
    for name, allowed in (("operator", {200}), ("outsider", {403, 404})):
        client.force_login(cast[name])
        for path in paths:
            status = client.get(f"/stations/reports/{path}").status_code
            assert status in allowed, (name, path)
