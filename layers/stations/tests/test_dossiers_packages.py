"""Packages of cases and their pages: the same bytes, tampering found, only in scope."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from fixtures import Demo
from gis_ioc.accounts.models import Scope
from layers.alerts import demo, ruleset
from layers.alerts.models import Alert
from layers.core.evidence.packages import Package, archive
from layers.core.spec import by_role
from layers.stations.dossiers import exporting, services
from layers.stations.models import Dossier, DossierExport, Station

from .casework import FILE, entered, outlet, over, parts, signed_in, start

pytestmark = pytest.mark.django_db
ADDRESSES = ("dossier", "dossier-correct")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def mill() -> Station:
    return outlet(unit_id=None)


@pytest.fixture
def case(mill: Station, cast: Any) -> Dossier:
    begin = start()
    over(mill, begin)
    return services.open_dossier(mill, entered(begin), cast["environment"])


def repacked(body: bytes, name: str) -> bytes:
    """The package with one byte of a file changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = bytearray(old.read(info))
            if info.filename == name:
                data[len(data) // 2] ^= 1
            new.writestr(info, bytes(data))
    return out.getvalue()


def test_the_same_version_is_the_same_bytes_and_one_flipped_byte_is_found(
    case: Dossier, tmp_path: Any
) -> None:
    body = archive(parts(case))
    assert archive(parts(case)) == body
    assert DossierExport.objects.count() == 1
    file = tmp_path / "case.zip"
    file.write_bytes(body)
    out = io.StringIO()
    call_command("verify_station_case", str(file), stdout=out)
    assert case.number in out.getvalue()
    with zipfile.ZipFile(io.BytesIO(body)) as held:
        names = held.namelist()
        raw = [name for name in names if name.startswith("raw/")]
        assert {*names} - {*raw} == {
            "case.json", "case.pdf", "evidence.json", "manifest.json", "values.csv",
        }  # fmt: skip
        assert [held.read(name) for name in raw] == [FILE]
        assert held.read("case.pdf").startswith(b"%PDF-")
        lines = held.read("values.csv").decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 6
        for part in json.loads(held.read("manifest.json"))["parts"]:
            assert hashlib.sha256(held.read(part["name"])).hexdigest() == part["sha256"]
    for name in names:
        file.write_bytes(repacked(body, name))
        with pytest.raises(CommandError, match=name):
            call_command("verify_station_case", str(file), stdout=io.StringIO())


def test_sums_that_were_made_up_to_fit_are_not_taken_for_ours(
    case: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting.pdf, "render", lambda *_args: b"%PDF- of a test")
    built: Package = parts(case)
    assert exporting.verify(archive(built)).genuine
    head = json.loads(built.parts["case.json"]) | {"summary": "Nothing happened"}
    said = {key: built.manifest[key] for key in ("case", "version", "made_at")}
    forged = exporting.package(
        exporting.FORMAT, said, built.parts | {"case.json": json.dumps(head).encode()}
    )
    verdict = exporting.verify(archive(forged))
    assert verdict.intact
    assert not verdict.genuine
    other = exporting.package(
        exporting.FORMAT, said, built.parts | {next(
            name for name in built.parts if name.startswith("raw/")
        ): b"COD\t70"},
    )  # fmt: skip
    assert not exporting.verify(archive(other)).intact, "not the file received"


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no", b"x" * 1_000])
def test_what_is_no_package_is_refused_with_words(body: bytes) -> None:
    assert exporting.verify(body).problems


def test_the_pages_of_a_case(case: Dossier, cast: Any) -> None:
    client = signed_in(cast["environment"])
    page = client.get(reverse("stations:dossiers"), {"q": case.number})
    assert page.status_code == 200
    assert case.number in page.content.decode()
    assert page.context["rows"][0]["exceedances"] == 1
    unit = client.get(reverse("stations:dossiers"), {"unit": "999999", "station": "x"})
    assert case.number not in unit.content.decode()
    none = client.get(reverse("stations:dossiers"), {"status": "closed"})
    assert case.number not in none.content.decode()
    text = client.get(reverse("stations:dossier", args=[case.pk])).content.decode()
    for said in ("QCVN 40:2011/BTNMT", "Foam in the river", "12/GP", "<svg", "2.00"):
        assert said in text, said
    act = reverse("stations:dossier-act", args=[case.pk, "forward"])
    client.post(act, {"text": "to the inspectors"})
    case.refresh_from_db()
    assert (case.status, case.version) == ("forwarded", 2)
    client.post(reverse("stations:dossier-gather", args=[case.pk]), {"text": "late"})
    old = client.get(reverse("stations:dossier", args=[case.pk]), {"version": "1"})
    assert not old.context["newest"]
    answer = client.get(reverse("stations:dossier-file", args=[case.pk, 1, "zip"]))
    assert exporting.verify(answer.content).genuine
    checked = client.post(
        reverse("stations:dossier-check"), {"file": io.BytesIO(answer.content)}
    )
    assert checked.context["verdict"].genuine


def test_the_alert_leads_to_the_case_and_the_station_too(
    mill: Station, cast: Any
) -> None:
    ruleset.forget()
    demo.load(Demo())
    begin = start()
    over(mill, begin)
    ruleset.forget()
    alert = Alert.objects.get(rule__slug="effluent-over-limit")
    alarms = by_role("alarms").slug
    client = signed_in(cast["environment"])

    def drawer(slug: str, pk: int) -> str:
        answer = client.get(f"/drawer/{slug}/{pk}/")
        assert answer.status_code == 200
        return answer.content.decode()

    address = f"{reverse('stations:dossier-new')}?alert={alert.pk}"
    assert address in drawer(alarms, alert.pk)
    form = client.get(address).context["form"]
    assert form.initial["parameters"] == ["COD"]
    assert (alert.raised_at - form.initial["since"]).total_seconds() == 86_400
    data = {
        "parameters": ["COD"],
        "since": f"{form['since'].value():%Y-%m-%dT%H:%M}",
        "until": f"{form['until'].value():%Y-%m-%dT%H:%M}",
    }
    answer = client.post(address, data)
    case = Dossier.objects.get()
    assert answer.headers["Location"] == reverse("stations:dossier", args=[case.pk])
    assert case.alert_id == alert.pk
    assert case.number in drawer(alarms, alert.pk)
    assert f"?station={mill.pk}" in drawer("stations", mill.pk)


def answers(client: Client, case: Dossier) -> dict[str, int]:
    found = {
        name: client.get(reverse(f"stations:{name}", args=[case.pk])).status_code
        for name in ADDRESSES
    }
    for ending in ("zip", "pdf", "csv", "json"):
        url = reverse("stations:dossier-file", args=[case.pk, 1, ending])
        found[ending] = client.get(url).status_code
    for name, more in (("dossier-act", ["note"]), ("dossier-gather", [])):
        url = reverse(f"stations:{name}", args=[case.pk, *more])
        found[name] = client.post(url, {"text": "x"}).status_code
    new = f"{reverse('stations:dossier-new')}?station={case.station_id}"
    found["new"] = client.get(new).status_code
    return found


def test_nobody_sees_a_case_outside_their_scope(case: Dossier, cast: Any) -> None:
    user = cast["environment"]
    Scope.objects.filter(user=user).update(all_units=False, units=[])
    client = signed_in(user)
    listed = client.get(reverse("stations:dossiers"))
    assert case.number not in listed.content.decode()
    assert set(answers(client, case).values()) == {404}
    case.refresh_from_db()
    assert case.version == 1
    assert not DossierExport.objects.exists()


@pytest.mark.parametrize("role", ["fisheries", "outsider", "officer"])
def test_nobody_without_the_permission_sees_cases(
    case: Dossier, cast: Any, role: str
) -> None:
    client = signed_in(cast[role])
    assert client.get(reverse("stations:dossiers")).status_code in (403, 404)
    assert set(answers(client, case).values()) <= {403, 404}


def test_who_reads_does_not_write(case: Dossier, cast: Any) -> None:
    client = signed_in(cast["leader"])
    page = client.get(reverse("stations:dossier", args=[case.pk]))
    assert page.status_code == 200
    assert not page.context["steps"]
    url = reverse("stations:dossier-act", args=[case.pk, "note"])
    assert client.post(url, {"text": "x"}).status_code == 403
