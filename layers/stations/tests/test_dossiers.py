"""Case files of exceedances: opened, gathered, led, and kept as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from layers.core.models import Event
from layers.core.scope import Grant, everything
from layers.stations.completeness.months import Month
from layers.stations.dossiers import differing, queries, services
from layers.stations.dossiers.services import NotFoundError, RefusedError
from layers.stations.dossiers.wording import SENTENCES, doubt
from layers.stations.models import Dossier, DossierVersion, Instrument, Series
from layers.stations.quality import review
from layers.stations.reporting import document
from layers.stations.reporting import services as reports

from .casework import (
    FILE,
    LIMIT,
    STEP,
    entered,
    evidence,
    newest,
    outlet,
    over,
    start,
)
from .helpers import send, values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def begin() -> float:
    return start()


@pytest.fixture
def mill(begin: float):
    where = outlet()
    over(where, begin)
    return where


@pytest.fixture
def case(mill, begin, cast) -> Dossier:
    return services.open_dossier(mill, entered(begin), cast["environment"])


def told(dossier: Dossier) -> dict[str, dict[str, Any]]:
    return {entry["what"]: entry for entry in evidence(dossier)["doubts"]}


def test_the_evidence_is_the_exceedance_with_limit_source_and_raw_file(case, begin):
    found = evidence(case)
    (cod,) = found["parameters"]
    (limit,) = cod["limits"]
    assert (limit["value"], limit["base_value"], limit["factor"]) == (LIMIT, 150, 0.9)
    assert (limit["legal_source"], limit["permit"]) == ("QCVN 40:2011/BTNMT", "12/GP")
    assert (limit["compared"], limit["over"]) == (6, 3)
    (episode,) = limit["episodes"]
    assert (episode["since"], episode["until"]) == (begin + STEP, begin + 4 * STEP)
    assert (episode["peak"], episode["peak_at"]) == (270.0, begin + 3 * STEP)
    assert [row["raw"] for row in cod["values"]] == [90, 160, 270, 150, 100, 80]
    (file,) = found["files"]
    assert file["text"].encode("latin-1") == FILE
    assert {row["file"] for row in cod["values"]} == {file["id"]}
    assert [entry["parameter"] for entry in found["others"]] == ["TSS"]
    assert found["station"]["permits"][0]["kq"] == 0.9
    assert (case.peak["value"], case.peak["ratio"]) == (270.0, 2.0)
    assert newest(case).evidence.exceedances == 1
    assert sum(row["valid"] for row in cod["days"]) == 6
    assert sum(row["valid"] for row in cod["hours"]) == 6


def test_a_case_knows_nothing_outside_its_span(mill, begin):
    narrow = entered(begin + STEP, until=datetime.fromtimestamp(begin + 2 * STEP, UTC))
    (cod,) = evidence(services.open_dossier(mill, narrow, None))["parameters"]
    assert [row["raw"] for row in cod["values"]] == [160]


def test_numbers_have_no_holes_and_the_same_again_is_one_case(mill, begin, case):
    year = timezone.localdate().year
    assert case.number == f"MT-{year}-0001"
    assert services.open_dossier(mill, entered(begin), None).pk == case.pk
    with pytest.raises(RefusedError):
        services.open_dossier(mill, entered(begin, parameters=("pH",)), None)
    other = services.open_dossier(
        mill, entered(begin, parameters=("COD", "TSS"), title="Both"), None
    )
    assert (other.number, other.title) == (f"MT-{year}-0002", "Both")
    assert case.title == "Station TH_ONE: COD"


def test_two_people_who_open_at_once_wait_for_each_other(case):
    """Until the first is stored nobody else can take a number."""
    known = connection.settings_dict
    with psycopg.connect(
        host=known["HOST"], port=known["PORT"], user=known["USER"],
        password=known["PASSWORD"], dbname=known["NAME"],
    ) as other:  # fmt: skip
        row = other.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s)),"
            " pg_try_advisory_xact_lock(hashtext('nobody'))",
            [services.LOCK],
        ).fetchone()
    assert row == (False, True)


def test_what_was_frozen_cannot_be_changed_or_deleted(case):
    version = newest(case)
    for row, name in ((version, "reason"), (version.evidence, "sha256")):
        setattr(row, name, "x")
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    assert DossierVersion.objects.get(pk=version.pk).reason == ""


def test_steps_go_their_way_and_each_is_told(case, cast):
    who, grant = cast["environment"], everything()

    def step(slug: str, text: str = "to the inspectors, 12/CV") -> Dossier:
        return services.step(case.pk, slug, who, grant, text=text)

    with pytest.raises(RefusedError, match="Draft"):
        step("decide")
    with pytest.raises(RefusedError, match="write"):
        step("forward", "  ")
    with pytest.raises(RefusedError):
        step("burn")
    assert step("note", "Owner called").status == "draft"
    assert step("forward").status == "forwarded"
    assert step("forward").version == 3, "done already: nothing new"
    decided = services.step(
        case.pk, "decide", who, grant, text="Fined",
        decision={"decision_no": "7/QD", "decided_on": date(2026, 11, 23),
                  "penalty_vnd": 50_000_000},
    )  # fmt: skip
    assert (decided.status, decided.penalty_vnd) == ("decided", 50_000_000)
    assert step("close", "Paid").status == "closed"
    head = queries.head_of(newest(case))
    assert [row["what"] for row in head["history"]] == [
        "new", "note", "forward", "decide", "close",
    ]  # fmt: skip
    assert {row["by"] for row in head["history"]} == {who.display_name}
    events = Event.objects.filter(kind__startswith="dossier.")
    assert len({event.kind for event in events}) == 5
    assert {event.reason for event in events} == {""}, "told to all who see stations"


def test_gathered_again_it_has_what_came_since_and_the_old_stays(case, mill, begin):
    first = newest(case)
    before = queries.evidence_of(first)
    send(values(mill, ("COD", begin + 3 * STEP, 120.0)))  # another value, same time
    again = services.gather_again(case.pk, None, everything(), reason="late file")
    (cod,) = evidence(again)["parameters"]
    rows = [row for row in cod["values"] if row["at"] == begin + 3 * STEP]
    assert [(row["raw"], row["counts"]) for row in rows] == [(270, False), (120, True)]
    assert told(again)["sent_again"]["number"] == 1
    assert (again.version, again.peak["value"]) == (2, 160.0)
    number, rows = differing.since(newest(again))
    seen = {row["title"]: (row["old"], row["new"]) for row in rows}
    assert number == 1
    assert seen["Values"] == (6, 7)
    assert seen["Values that count with another figure or flag"] == (0, 1)
    assert seen["Highest"] == ("270.0 mg/L", "160.0 mg/L")
    assert seen["Exceedances"] == (1, 2)
    assert differing.since(first) is None
    assert queries.evidence_of(DossierVersion.objects.get(pk=first.pk)) == before
    with pytest.raises(RefusedError):
        services.gather_again(case.pk, None, everything(), reason=" ")


def test_other_words_keep_the_evidence_another_span_gathers_anew(case, begin):
    grant = everything()
    words = entered(begin, summary="Seen from the bridge")
    services.correct(case.pk, words, None, grant, reason="more is known")
    assert case.evidence.count() == 1
    wider = entered(begin, parameters=("COD", "TSS"), summary=words.summary)
    services.correct(case.pk, wider, None, grant, reason="TSS too")
    assert case.evidence.count() == 2
    services.correct(case.pk, wider, None, grant, reason="once more")
    assert case.versions.count() == 3


def test_what_speaks_against_is_said(mill, begin, cast):
    late = 20 * STEP
    send(values(mill, ("COD", begin + 7 * STEP, 900.0, 1), ("COD", begin + late, 50.0)))
    series = Series.objects.get(station=mill, parameter="COD")
    at = datetime.fromtimestamp(begin + 3 * STEP, UTC)
    review.decide(cast["environment"], series, at, at, 1, "Wrong dilution", 140.0)
    Instrument.objects.create(
        station=mill, title="COD meter", calibration_due_on=date(2024, 1, 1)
    )
    asked = entered(begin, until=timezone.now())
    case = services.open_dossier(mill, asked, None)
    found = told(case)
    assert found["calibrating"]["number"] == 1
    assert found["corrected"] == {
        "what": "corrected", "parameter": "COD", "number": 1,
    }  # fmt: skip
    assert found["gaps"]["longest_s"] == 13 * STEP
    assert found["without_file"]["number"] == 2
    assert found["calibration_overdue"]["instrument"] == "COD meter"
    (cod,) = evidence(case)["parameters"]
    (row,) = [row for row in cod["values"] if row["value"] != row["raw"]]
    assert (row["raw"], row["value"]) == (270, 140)
    assert evidence(case)["reviews"][0]["reason"] == "Wrong dilution"
    for entry in evidence(case)["doubts"]:
        assert "%" not in doubt(entry), entry
    assert set(found) <= {*SENTENCES, "pattern"}


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": ()},
        {"until": datetime(2020, 1, 1, tzinfo=UTC)},
        {"since": datetime(2020, 1, 1, tzinfo=UTC)},
        {"summary": "x" * 8_001},
        {"until": datetime.max.replace(tzinfo=UTC) - timedelta(days=2)},
    ],
)
def test_what_makes_no_sense_is_refused_with_words(mill, begin, change):
    with pytest.raises(RefusedError) as caught:
        services.open_dossier(mill, entered(begin, **change), None)
    assert str(caught.value)
    assert not Dossier.objects.exists()


def test_nobody_leads_a_case_outside_their_scope(case):
    other = Grant(layers=frozenset({"stations"}), units=frozenset({-1}))
    assert not queries.visible(other).exists()
    assert queries.one(other, case.pk) is None
    with pytest.raises(NotFoundError):
        services.step(case.pk, "forward", None, other, text="x")
    with pytest.raises(NotFoundError):
        services.gather_again(case.pk, None, other, reason="x")


def test_the_monthly_report_names_the_case(case, mill, begin, cast):
    month = Month(timezone.localdate(case.since).replace(day=1))
    first, _new = reports.make(mill, month, cast["environment"])
    assert document.case_rows(first.figures) == [
        {"number": case.number, "parameters": "COD", "status": "Draft"}
    ]
    services.step(case.pk, "forward", None, everything(), text="12/CV")
    second, new = reports.make(mill, month, cast["environment"])
    assert new
    assert second.figures["cases"][0]["status"] == "forwarded"
    assert document.case_rows({}) == [], "a report from before there were cases"
