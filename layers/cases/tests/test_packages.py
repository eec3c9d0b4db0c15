"""The package of a case: the same bytes, tampering found, nothing personal."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from layers.cases import exporting, services
from layers.cases.models import Export
from layers.cases.verifying import verify
from layers.core.evidence.packages import archive

from . import sea
from .casework import entered, newest, package, repacked

pytestmark = pytest.mark.django_db


def test_the_package_is_the_same_bytes_again_and_is_found_intact(crossed):
    case = services.open_case(crossed, entered(), None)
    body = package(case)
    assert package(case) == body
    assert Export.objects.count() == 1
    verdict = verify(body)
    assert verdict.genuine, verdict.problems
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert sorted(file.namelist()) == [
            "case.json",
            "case.pdf",
            "evidence.geojson",
            "evidence.json",
            "manifest.json",
            "raw-messages.txt",
        ]
        manifest = json.loads(file.read("manifest.json"))
        for part in manifest["parts"]:
            data = file.read(part["name"])
            assert hashlib.sha256(data).hexdigest() == part["sha256"]
        assert file.read("case.pdf").startswith(b"%PDF-")
        lines = file.read("raw-messages.txt").splitlines()
        collection = json.loads(file.read("evidence.geojson"))
    assert len(lines) == len(sea.WAY)
    fixes = [f for f in collection["features"] if f["properties"]["feature"] == "fix"]
    assert len(fixes) == len(sea.WAY)
    hashes = {hashlib.sha256(line).hexdigest() for line in lines}
    assert {fix["properties"]["raw_sha256"] for fix in fixes} == hashes
    assert all(fix["geometry"]["type"] == "Point" for fix in fixes)


def test_one_flipped_byte_is_found_and_named(crossed, tmp_path):
    def flip(data: bytes) -> bytes:
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]

    whole = package(services.open_case(crossed, entered(), None))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()
    for name in names:
        body = repacked(whole, name, flip)
        verdict = verify(body)
        assert not verdict.intact
        assert any(name in problem for problem in verdict.problems), name
        file = tmp_path / "case.zip"
        file.write_bytes(body)
        with pytest.raises(CommandError, match=name):
            call_command("verify_case", str(file), stdout=io.StringIO())


def test_sums_that_were_made_up_to_fit_are_not_taken_for_ours(crossed, tmp_path):
    case = services.open_case(crossed, entered(), None)
    body = package(case)
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        parts = {n: file.read(n) for n in file.namelist() if n != "manifest.json"}
    head = json.loads(parts["case.json"])
    head["entered"]["summary"] = "Nothing happened"
    parts["case.json"] = json.dumps(head).encode()
    forged = archive(exporting.sealed(head, parts, personal=True))
    verdict = verify(forged)
    assert verdict.intact
    assert not verdict.genuine
    file = tmp_path / "case.zip"
    file.write_bytes(forged)
    with pytest.raises(CommandError, match="no such package"):
        call_command("verify_case", str(file), stdout=io.StringIO())


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no", b"x" * 1_000])
def test_what_is_no_package_is_refused_with_words(body: bytes):
    verdict = verify(body)
    assert not verdict.intact
    assert verdict.problems


def test_without_the_permission_no_personal_data_leave_the_house(crossed):
    case = services.open_case(crossed, entered(), None)
    with zipfile.ZipFile(io.BytesIO(package(case, personal=False))) as file:
        parts = {name: file.read(name).decode("latin-1") for name in file.namelist()}
    for name in ("case.json", "evidence.json", "evidence.geojson", "manifest.json"):
        for secret in ("0912", "Nguy", "turns back"):
            assert secret not in parts[name], (name, secret)
    assert json.loads(parts["manifest.json"])["personal"] is False
    assert verify(package(case, personal=False)).genuine
    whole = exporting.build(newest(case), personal=True)
    assert b"0912 345 678" in whole.parts["evidence.json"]
