"""Pages and addresses of the uploads, with whatever importer there is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from gis_ioc.accounts.models import ApiKey, AuditEntry, Scope, User
from gis_ioc.uploads import views
from layers.core.spec import registry
from layers.core.uploads import marking, running
from layers.core.uploads.contract import (
    Checker,
    Column,
    Importer,
    Option,
    Outcome,
    Reason,
    Record,
    Table,
    importers,
)
from layers.core.uploads.models import State, Upload

pytestmark = pytest.mark.django_db

ODD = Reason("odd", "Odd", "%(n)s is odd.")
TABLE = Table(
    slug="things",
    title="Things",
    columns=(
        Column(name="code", title="Code", required=True, filled=True),
        Column(name="n", title="Number", kind="integer", required=True, low=0, high=99),
    ),
    key=("code",),
)
GOOD = b"code;n\na;2\nb;4\n"
BAD = b"code;n\na;2\na;7\nc;200\n"


class EvenChecker(Checker):
    def check(self, rows: Any) -> Iterator[Record]:
        for row in rows:
            if row.values.get("n", 0) % 2:
                row.problem(ODD, "n", n=row.values["n"])
            if row.sound:
                yield Record(
                    sheet=row.sheet.name, row=row.number, cell=row.cells["n"],
                    change="new", title=row.values["code"], new=row.raw["n"],
                )  # fmt: skip


@pytest.fixture
def written() -> list[Record]:
    return []


@pytest.fixture
def importer(written: list[Record]) -> Iterator[Importer]:
    """Any importer of any layer: the pages name none."""
    layer = next(layer for layer in registry.values() if "officer" in layer.editors)

    def commit(upload: Upload, records: Iterator[Record]) -> Outcome:
        written.extend(records)
        return Outcome({"written": len(written)})

    def undo(upload: Upload, by_id: int, reason: str) -> Outcome:
        written.clear()
        return Outcome()

    entry = Importer(
        slug="evens", title="Even numbers", layer=layer.slug, commit=commit, undo=undo,
        tables=lambda options, grant: [TABLE], reasons=(ODD,),
        checker=lambda job: EvenChecker(),
    )  # fmt: skip
    with importers.override(entry):
        yield entry


@pytest.fixture
def admin(cast: dict[str, User], client: Client) -> Client:
    client.force_login(cast["administrator"])
    return client


def hand_in(client: Client, body: bytes, name: str = "numbers.csv") -> Upload:
    answer = client.post(
        "/uploads/new/evens/", {"file": SimpleUploadedFile(name, body)}
    )
    assert answer.status_code == 302, answer.content[-500:]
    upload = Upload.objects.latest("pk")
    assert answer["Location"] == f"/uploads/{upload.pk}/"
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def test_a_file_goes_from_the_form_to_the_undo(
    admin: Client, importer: Importer, written: list[Record]
) -> None:
    upload = hand_in(admin, GOOD)
    page = admin.get(f"/uploads/{upload.pk}/?lang=en").content.decode()
    assert "Publish 2 values" in page
    admin.post(f"/uploads/{upload.pk}/step/commit/")
    assert not written
    running.run(upload.pk)
    assert [record.title for record in written] == ["a", "b"]
    admin.post(f"/uploads/{upload.pk}/step/undo/", {"reason": ""})
    assert written
    admin.post(f"/uploads/{upload.pk}/step/undo/", {"reason": "wrong"})
    assert not written
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"upload", "upload-commit", "upload-undo"} <= actions


def test_the_problems_are_listed_by_cell_and_filtered_by_kind(
    admin: Client, importer: Importer
) -> None:
    upload = hand_in(admin, BAD)
    assert (upload.state, upload.errors) == (State.REFUSED, 3)
    page = admin.get(f"/uploads/{upload.pk}/?lang=en").content.decode()
    for text in ("B3", "7 is odd.", "A3", "CSV!A2", "B4", "Must be at most 99."):
        assert text in page
    page = admin.get(f"/uploads/{upload.pk}/?reason=odd").content.decode()
    assert "B3" in page
    assert "B4" not in page
    marked = admin.get(f"/uploads/{upload.pk}/problems.xlsx")
    assert marked.content.startswith(b"PK")


def test_the_original_comes_back_byte_for_byte_and_is_audited(
    admin: Client, importer: Importer
) -> None:
    upload = hand_in(admin, BAD, "số lẻ.csv")
    assert admin.get(f"/uploads/{upload.pk}/original").content == BAD
    assert AuditEntry.objects.filter(action="download").exists()


def test_the_source_row_shows_the_cell_as_it_came(
    admin: Client, importer: Importer
) -> None:
    upload = hand_in(admin, GOOD)
    page = admin.get(f"/uploads/{upload.pk}/rows/CSV/3/").content.decode()
    assert '<td class="up-used">4</td>' in page
    assert admin.get(f"/uploads/{upload.pk}/rows/CSV/99/").status_code == 404
    assert admin.get(f"/uploads/{upload.pk}/rows/other/3/").status_code == 404


def test_nobody_sees_the_file_of_another(
    cast: dict[str, User], client: Client, importer: Importer
) -> None:
    client.force_login(cast["administrator"])
    upload = hand_in(client, GOOD)
    client.force_login(cast["operator"])
    for path in ("", "state/", "original", "problems.xlsx", "rows/CSV/2/"):
        assert client.get(f"/uploads/{upload.pk}/{path}").status_code == 404, path
    assert client.post(f"/uploads/{upload.pk}/step/commit/").status_code == 404
    assert upload.name not in client.get("/uploads/").content.decode()
    # what a row became is seen by everyone in scope, and so is the row, not the file
    Upload.objects.filter(pk=upload.pk).update(state=State.COMMITTED)
    assert client.get(f"/uploads/{upload.pk}/rows/CSV/2/").status_code == 200
    assert client.get(f"/uploads/{upload.pk}/original").status_code == 404
    client.force_login(cast["outsider"])
    assert client.get("/uploads/new/evens/").status_code == 404


def test_a_key_for_one_layer_sees_no_files_of_another(
    cast: dict[str, User], importer: Importer, admin: Client
) -> None:
    upload = hand_in(admin, GOOD)
    other = next(slug for slug in registry if slug != importer.layer)
    for layer, status in ((importer.layer, 200), (other, 404)):
        _key, text = ApiKey.issue(cast["administrator"], "k", layers=[layer])
        client = Client(headers={"Authorization": f"Bearer {text}"})
        for path in ("", "original", "problems.xlsx", "rows/CSV/2/"):
            found = client.get(f"/uploads/{upload.pk}/{path}")
            assert found.status_code == status, path
        assert client.get(f"/api/v1/uploads/{upload.pk}").status_code == status
        listed = client.get("/uploads/").content.decode()
        assert (upload.name in listed) == (status == 200)


def test_whoever_was_moved_elsewhere_commits_and_takes_back_nothing_of_before(
    cast: dict[str, User], client: Client, importer: Importer, written: list[Record]
) -> None:
    scope = Scope.objects.create(user=cast["officer"], units=[5])
    client.force_login(cast["officer"])
    upload = hand_in(client, GOOD)
    Upload.objects.filter(pk=upload.pk).update(units=[5])
    scope.units = [7]
    scope.save()
    for state, step in ((State.CHECKED, "commit"), (State.COMMITTED, "undo")):
        Upload.objects.filter(pk=upload.pk).update(state=state)
        answer = client.post(f"/uploads/{upload.pk}/step/{step}/", {"reason": "x"})
        assert answer.status_code == 404
        upload.refresh_from_db()
        assert upload.state == state


def test_signs_that_no_workbook_can_hold_do_not_keep_the_problems_from_the_sender(
    admin: Client, importer: Importer
) -> None:
    upload = hand_in(admin, b"code;n\na;2\x07\nb\x0b;x\n")
    assert upload.state == State.REFUSED
    answer = admin.get(f"/uploads/{upload.pk}/problems.xlsx")
    assert answer.status_code == 200
    sheets = load_workbook(io.BytesIO(answer.content))
    assert "2\N{REPLACEMENT CHARACTER}" in {c.value for c in sheets["CSV"]["B"]}


def test_a_workbook_too_wide_for_memory_gives_the_list_of_problems_alone(
    admin: Client, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    for line in (["code", "n"], ["a", "x"]):
        book.active.append(line)  # type: ignore[union-attr]
    body = io.BytesIO()
    book.save(body)
    upload = hand_in(admin, body.getvalue(), "wide.xlsx")
    assert len(load_workbook(io.BytesIO(marking.marked(upload))).sheetnames) == 2
    monkeypatch.setattr(marking, "MAX_UNPACKED", 100)
    assert len(load_workbook(io.BytesIO(marking.marked(upload))).sheetnames) == 1


@pytest.mark.parametrize("text", ["\x07", "a\x0bb", "=1+1", "@SUM(A1)"])
def test_an_option_that_no_workbook_may_hold_is_refused(text: str) -> None:
    entry = Importer(
        slug="x", title="x", layer="x",
        options=lambda grant: (Option(name="o", title="o"),),
        tables=lambda *_: [], checker=lambda job: Checker(),
        commit=lambda *_: Outcome(), undo=lambda *_: Outcome(),
    )  # fmt: skip
    assert views.chosen(entry, None, {"o": text})[1].errors
    assert not views.chosen(entry, None, {"o": "2024-Q3"})[1].errors


def test_progress_is_asked_for_until_it_is_over(
    admin: Client, importer: Importer
) -> None:
    upload = hand_in(admin, GOOD)
    Upload.objects.filter(pk=upload.pk).update(
        state=State.CHECKING, rows_total=4, rows_done=1
    )
    answer = admin.get(f"/uploads/{upload.pk}/state/")
    assert "every 1s" in answer.content.decode()
    assert 'value="1" max="4"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    Upload.objects.filter(pk=upload.pk).update(state=State.CHECKED)
    assert admin.get(f"/uploads/{upload.pk}/state/")["HX-Refresh"] == "true"


def test_a_file_that_is_too_large_is_not_taken(
    admin: Client, importer: Importer, settings: Any
) -> None:
    settings.IOC_UPLOAD_MB = 0.00001
    file = SimpleUploadedFile("n.csv", GOOD)
    assert admin.post("/uploads/new/evens/", {"file": file}).status_code == 200
    assert not Upload.objects.exists()


def test_a_program_sends_commits_and_asks(
    cast: dict[str, User], client: Client, importer: Importer, written: list[Record]
) -> None:
    _key, text = ApiKey.issue(cast["administrator"], "test", may_write=True)
    _read, only = ApiKey.issue(cast["administrator"], "reader")
    bearer = {"headers": {"Authorization": f"Bearer {text}"}}

    def send(body: bytes, **more: Any) -> Any:
        file = SimpleUploadedFile("numbers.csv", body)
        return client.post(
            "/api/v1/uploads/evens?commit=true", {"file": file}, **(more or bearer)
        )

    refused = send(GOOD, headers={"Authorization": f"Bearer {only}"})
    assert refused.status_code == 403
    answer = send(GOOD)
    assert answer.status_code == 202
    running.run(answer.json()["id"])
    told = client.get(answer["Location"], **bearer).json()
    assert (told["state"], told["outcome"]) == ("committed", {"written": 2})
    written.clear()
    answer = send(BAD)
    running.run(answer.json()["id"])
    told = client.get(answer["Location"], **bearer).json()
    assert (told["state"], told["errors"], written) == ("refused", 3, [])
    assert {entry["cell"] for entry in told["problems"]} == {"A3", "B3", "B4"}
    assert client.get("/api/v1/uploads", **bearer).json()
