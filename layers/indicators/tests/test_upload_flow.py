"""From the template to the map and back: commit, undo, cancel, kill, two at once."""

from __future__ import annotations

import io
import os
import signal
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from openpyxl import load_workbook

from layers.core.scope import everything
from layers.core.units import UnitTree, tree
from layers.core.uploads import checking, queries, running, services
from layers.core.uploads.models import State, Upload
from layers.indicators.models import Fact, Latest, Load, Withdrawn

from .sheetwork import commit, filled, long_book, make_set, said, send, step, template

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(province: UnitTree, cast: dict[str, Any]) -> Any:
    make_set()
    return cast["administrator"]


def district(code: str = "380", year: int = 2023) -> int:
    return tree().codes("district", date(year, 12, 31))[code]


def values(code: str = "TQ01", unit: str = "380") -> list[float]:
    found = Fact.objects.filter(indicator__code=code, unit_id=district(unit))
    return [float(fact.value) for fact in found.order_by("published_at")]


def shown() -> float:
    """What the map shows of the district."""
    newest = Latest.objects.get(unit_id=district(), indicator__code="TQ01")
    return float(newest.fact.value)


def one(value: float, cell: str = "C8") -> bytes:
    def edit(sheet: Any) -> None:
        sheet[cell] = value

    return filled(edit)


def test_a_template_filled_in_and_committed_is_published_with_its_cells(
    somebody: Any,
) -> None:
    upload = commit(send(one(7.25), somebody, name="share of 2023.xlsx"), somebody)
    assert upload.state == State.COMMITTED
    fact = Fact.objects.get(indicator__code="TQ01")
    assert (float(fact.value), fact.unit_id, fact.period) == (7.25, district(), "2023")
    assert (fact.row, fact.cell) == (8, "Figures!C8")
    assert (fact.load.upload_id, fact.load.by_id) == (upload.pk, somebody.pk)
    assert (fact.load.source, fact.load.title) == ("The office", "share of 2023.xlsx")
    found = queries.source_row(upload.pk, "Figures", 8)
    assert found is not None
    assert dict(found.lines)[8][:3] == ["380", tree().nodes[district()].title, "7.25"]


def test_nothing_is_published_before_somebody_says_so(somebody: Any) -> None:
    upload = send(one(7), somebody)
    assert (upload.state, upload.preview["new"]) == (State.CHECKED, 1)
    assert not Fact.objects.exists()


def test_warnings_must_be_looked_at_before_the_commit(somebody: Any) -> None:
    commit(send(one(2, "E8"), somebody), somebody)
    upload = send(one(2, "E8"), somebody)
    assert said(upload) == [("Figures", "E8", "same_value")]
    with pytest.raises(services.RefusedError):
        services.ask_commit(
            upload.pk, by_id=somebody.pk, grant=everything(), accept_warnings=False
        )


def test_undo_brings_back_what_was_published_before(somebody: Any) -> None:
    commit(send(one(7), somebody), somebody)
    upload = commit(send(one(8), somebody), somebody)
    assert (values(), shown()) == ([7, 8], 8)
    services.undo(upload.pk, by_id=somebody.pk, reason="the wrong year")
    assert (values(), shown()) == ([7], 7)
    upload.refresh_from_db()
    assert (upload.state, upload.undo_reason) == (State.UNDONE, "the wrong year")
    assert Withdrawn.objects.get().load.withdrawn_reason == "the wrong year"
    services.undo(upload.pk, by_id=somebody.pk, reason="again")  # changes nothing
    assert values() == [7]


def test_committing_twice_publishes_once(somebody: Any) -> None:
    upload = commit(send(one(7), somebody), somebody)
    commit(upload, somebody)
    running.run(upload.pk)
    assert values() == [7]


def test_two_people_with_the_same_cells_the_second_is_checked_again(
    somebody: Any, cast: dict[str, Any]
) -> None:
    first, second = send(one(7), somebody), send(one(8), cast["officer"])
    commit(first, somebody)
    second = commit(second, cast["officer"])
    assert second.state == State.RECEIVED
    assert "TQ01" in second.failure
    assert values() == [7]
    second = step(second)
    assert (second.state, second.preview["changed"]) == (State.CHECKED, 1)
    assert commit(second, cast["officer"]).state == State.COMMITTED
    assert values() == [7, 8]


def test_a_failure_in_the_middle_of_a_commit_leaves_nothing(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from layers.indicators.sheets import writing

    published = writing.services.publish

    def fails(facts: Any) -> int:
        published(facts)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writing.services, "publish", fails)
    upload = commit(send(one(7), somebody), somebody)
    assert (upload.state, "disk" in upload.failure) == (State.CHECKED, True)
    assert not Fact.objects.exists()
    assert not Load.objects.filter(upload_id=upload.pk).exists()
    monkeypatch.undo()
    assert commit(upload, somebody).state == State.COMMITTED


def test_a_check_that_was_cut_off_starts_again_and_gives_up_the_fourth_time(
    somebody: Any,
) -> None:
    upload = send(one(400), somebody, run=False)
    # a worker died after it had noted a problem
    Upload.objects.filter(pk=upload.pk).update(state=State.CHECKING, attempts=1)
    upload.problems.create(reason="too_high", severity="error")
    assert len(said(step(upload))) == 1
    Upload.objects.filter(pk=upload.pk).update(state=State.CHECKING, attempts=3)
    assert step(upload).state == State.FAILED


def many(count: int) -> bytes:
    rows = [
        [
            "380",
            "district",
            "TQ04",
            "",
            f"{1000 + n // 12}-{n % 12 + 1:02d}",
            "final",
            n,
        ]
        for n in range(count)
    ]
    return long_book(*rows)


def test_a_check_is_cancelled_half_way_and_leaves_nothing(
    somebody: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 100)
    upload = send(many(1_000), somebody, run=False)
    heed, seen = running._heed, []

    def half_way(current: Upload) -> None:
        current.refresh_from_db(fields=["rows_done"])
        seen.append(current.rows_done)
        if current.rows_done > 500:
            services.cancel(current.pk)
        heed(current)

    monkeypatch.setattr(running, "_heed", half_way)
    upload = step(upload)
    assert upload.state == State.CANCELLED
    assert 500 < upload.rows_done < 1_000
    assert seen == sorted(seen)
    assert len(seen) > 4
    assert upload.records is None
    assert not upload.problems.exists()
    assert not Fact.objects.exists()


def test_a_commit_is_cancelled_and_leaves_nothing(somebody: Any) -> None:
    upload = send(one(7), somebody)
    services.ask_commit(
        upload.pk, by_id=somebody.pk, grant=everything(), accept_warnings=True
    )
    services.cancel(upload.pk)
    assert step(upload).state == State.CANCELLED
    assert not Fact.objects.exists()


def test_plans_are_plans_and_measured_values_are_not(somebody: Any) -> None:
    def edit(sheet: Any) -> None:
        names = {sheet.cell(7, n).value: n for n in range(1, sheet.max_column + 1)}
        sheet.cell(8, names["TQ03"]).value = 50
        sheet.cell(8, names["TQ03.plan"]).value = 60

    commit(send(filled(edit, template(plan="yes")), somebody), somebody)
    found = Fact.objects.filter(indicator__code="TQ03").order_by("vintage")
    assert [(fact.vintage, float(fact.value)) for fact in found] == [(0, 60), (3, 50)]
    assert float(Latest.objects.get(indicator__code="TQ03").fact.value) == 50


def test_the_marked_workbook_is_the_senders_own(somebody: Any) -> None:
    from layers.core.uploads.marking import marked

    book = load_workbook(io.BytesIO(marked(send(one(700), somebody))))
    cell = book["Figures"]["C8"]
    assert cell.value == 700
    assert "100" in cell.comment.text
    assert book.worksheets[0]["B2"].value == "C8"


def test_the_same_file_again_is_recognised(somebody: Any) -> None:
    body = one(7)
    first = commit(send(body, somebody), somebody)
    assert services.earlier(send(body, somebody)) == first


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_a_commit_leaves_nothing_and_the_next_one_finishes(
    load_demo: Any, cast: dict[str, Any]
) -> None:
    """A real process with its own connection, killed while its transaction is open."""
    load_demo("units")
    make_set()
    somebody = cast["administrator"]
    upload = send(one(7), somebody)
    services.ask_commit(
        upload.pk, by_id=somebody.pk, grant=everything(), accept_warnings=True
    )
    ready, held = os.pipe()
    connection.close()
    child = os.fork()
    if child == 0:  # the worker
        try:
            from layers.indicators.sheets import writing

            done = writing.services.publish

            def stops(facts: Any) -> int:
                count = done(facts)
                os.write(held, b"x")
                threading.Event().wait()
                return count

            writing.services.publish = stops
            running.run(upload.pk)
        finally:
            os._exit(1)
    os.read(ready, 1)
    running.run(upload.pk)  # another worker: it is in hand, so nothing
    assert not Fact.objects.exists()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _until_free(upload.pk)
    assert not Fact.objects.exists()
    upload.refresh_from_db()
    assert upload.state == State.COMMITTING
    assert step(upload).state == State.COMMITTED
    assert values() == [7]


def _until_free(upload_id: int) -> None:
    """PostgreSQL has noticed that the worker is gone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [running.LOCK, upload_id]
        )
