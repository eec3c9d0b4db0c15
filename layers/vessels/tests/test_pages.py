"""The pages of conflicts and of the register, as fisheries staff use them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gis_ioc.accounts.models import AuditEntry, Scope, User
from layers.core import units
from layers.core.scope import everything
from layers.core.search import search
from layers.vessels.models import Conflict, RegisterImport, Vessel
from layers.vessels.register.following import refresh_aliases
from layers.vessels.register.matching import examine

from .boats import heard, position, registered

pytestmark = pytest.mark.django_db


def as_(cast: dict[str, Any], role: str) -> Client:
    return signed_in(cast[role])


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["ioc_lang"] = "en"
    return client


@pytest.fixture
def doubtful(cast) -> Conflict:  # type: ignore[no-untyped-def]
    registered("TH-93388-TS", owner="Lê Văn Hùng", length_m=18)
    device = heard("mmsi:574000001", "TAUTH93388:C5>G95")
    position(device, 0, 105.9, 19.8)
    examine()
    return Conflict.objects.get()


def test_the_list_shows_what_was_heard_and_leads_to_it(cast, doubtful) -> None:
    client = as_(cast, "fisheries")
    page = client.get("/vessels/conflicts/").content.decode()
    assert "mmsi:574000001" in page
    assert f"/vessels/conflicts/{doubtful.pk}/" in page
    assert (
        "No conflict matches"
        in client.get("/vessels/conflicts/?q=nobody").content.decode()
    )
    assert (
        "mmsi:574000001" in client.get("/vessels/conflicts/?q=93388").content.decode()
    )
    assert (
        "mmsi:574000001"
        not in client.get("/vessels/conflicts/?state=fitted").content.decode()
    )


def test_candidates_stand_beside_what_was_heard(cast, doubtful) -> None:
    page = (
        as_(cast, "fisheries")
        .get(f"/vessels/conflicts/{doubtful.pk}/")
        .content.decode()
    )
    for text in (
        "TAUTH93388 C5 G95",
        "TH-93388-TS",
        "Lê Văn Hùng",
        "19.8000, 105.9000",
        "0.70",
    ):
        assert text in page


def test_fitting_from_the_page_is_done_told_and_audited(cast, doubtful) -> None:
    boat = Vessel.objects.get(registered=True)
    client = as_(cast, "fisheries")
    answer = client.post(
        f"/vessels/conflicts/{doubtful.pk}/fit/", {"vessel": boat.pk}, follow=True
    )
    assert "Decided" in answer.content.decode()
    assert doubtful.device.fittings.get().vessel == boat
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.resolved_by) == ("fitted", cast["fisheries"])
    assert AuditEntry.objects.filter(action="conflict.fit").exists()
    again = client.post(
        f"/vessels/conflicts/{doubtful.pk}/fit/", {"vessel": boat.pk}, follow=True
    )
    assert "resolved already" in again.content.decode()


def test_ignoring_needs_a_reason(cast, doubtful) -> None:
    client = as_(cast, "fisheries")
    client.post(f"/vessels/conflicts/{doubtful.pk}/ignore/")
    doubtful.refresh_from_db()
    assert doubtful.state == "open"
    client.post(f"/vessels/conflicts/{doubtful.pk}/ignore/", {"reason": "a net"})
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.reason) == ("ignored", "a net")


@pytest.mark.parametrize(
    "role", ["operator", "environment", "leader", "officer", "outsider"]
)
def test_only_fisheries_staff_decide(cast, doubtful, role: str) -> None:
    client = as_(cast, role)
    for path in ("", "export.csv", f"{doubtful.pk}/"):
        assert client.get(f"/vessels/conflicts/{path}").status_code == 403
    assert (
        client.post(
            f"/vessels/conflicts/{doubtful.pk}/ignore/", {"reason": "x"}
        ).status_code
        == 403
    )
    assert client.get("/vessels/register/").status_code == 403


def test_who_is_not_signed_in_is_asked_to(doubtful) -> None:
    assert Client().get("/vessels/conflicts/").status_code == 302


@pytest.fixture
def neighbour(cast, province: units.UnitTree) -> Client:  # type: ignore[no-untyped-def]
    """Fisheries staff of the first commune only."""
    user = User.objects.create_user("neighbour", password="secret-of-a-test")
    user.groups.add(Group.objects.get(name="fisheries"))
    unit = next(iter(province.codes("commune").values()))
    Scope.objects.create(user=user, units=[unit])
    return signed_in(user)


def test_conflicts_of_other_units_do_not_exist_for_staff_of_a_commune(
    cast, doubtful, neighbour: Client, province: units.UnitTree
) -> None:
    mine, other = list(province.codes("commune").values())[:2]
    boat = Vessel.objects.get(registered=True)
    for unit, seen in ((other, False), (mine, True)):
        Vessel.objects.filter(pk=boat.pk).update(unit_id=unit)
        Conflict.objects.update(unit_ids=[unit])
        page = neighbour.get("/vessels/conflicts/").content.decode()
        assert ("mmsi:574000001" in page) is seen
        answer = neighbour.get(f"/vessels/conflicts/{doubtful.pk}/")
        assert answer.status_code == (200 if seen else 404)
        export = neighbour.get("/vessels/conflicts/export.csv").content.decode()
        assert ("574000001" in export) is seen
    Conflict.objects.update(unit_ids=[other])
    answer = neighbour.post(
        f"/vessels/conflicts/{doubtful.pk}/ignore/", {"reason": "x"}
    )
    assert answer.status_code == 404


def test_the_csv_holds_the_filtered_list_and_runs_no_formula(cast, doubtful) -> None:
    Conflict.objects.update(state="ignored", reason="=1+1")
    body = (
        as_(cast, "fisheries")
        .get("/vessels/conflicts/export.csv?state=ignored")
        .content
    )
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [(r["device"], r["reason"]) for r in rows] == [("mmsi:574000001", "'=1+1")]


FILE = "Số đăng ký;Chủ tàu;Lmax\nTH-93388-TS;Lê Văn Hùng;15,5\nTH-9;B;15\n"


def upload(client: Client, text: str = FILE) -> Any:
    file = SimpleUploadedFile("sổ.csv", text.encode())
    data = {"file": file, "source": "register", "day": "2026-11-22"}
    return client.post("/vessels/register/", data, follow=True)


def test_a_file_is_checked_shown_and_then_written(cast) -> None:
    client = as_(cast, "fisheries")
    page = upload(client).content.decode()
    assert "TH-93388-TS" in page
    assert "is no registration number" in page
    assert not Vessel.objects.exists()
    kept = RegisterImport.objects.get()
    page = client.post(
        f"/vessels/register/{kept.pk}/write/", follow=True
    ).content.decode()
    assert "1 added" in page
    assert Vessel.objects.get().owner == "Lê Văn Hùng"
    refused = client.get(f"/vessels/register/{kept.pk}/refused.csv").content.decode(
        "utf-8-sig"
    )
    (row,) = csv.DictReader(io.StringIO(refused))
    assert (row["row"], row["column"], row["value"]) == ("3", "Số đăng ký", "TH-9")
    assert AuditEntry.objects.filter(action="register.write").exists()
    again = client.post(f"/vessels/register/{kept.pk}/write/", follow=True)
    assert "written already" in again.content.decode()


def test_a_file_that_is_no_register_is_answered_with_words(cast) -> None:
    page = upload(as_(cast, "fisheries"), "a;b\n1;2\n").content.decode()
    assert "No headings were found" in page
    assert not RegisterImport.objects.exists()


def test_files_of_others_are_not_for_staff_of_a_commune(
    cast, neighbour: Client
) -> None:
    upload(as_(cast, "fisheries"))
    kept = RegisterImport.objects.get()
    assert neighbour.get(f"/vessels/register/{kept.pk}/").status_code == 404
    assert neighbour.post(f"/vessels/register/{kept.pk}/write/").status_code == 404
    assert neighbour.get(f"/vessels/register/{kept.pk}/refused.csv").status_code == 404


def test_a_boat_is_found_by_every_way_to_write_it(cast) -> None:
    boat = registered("TH-93388-TS", title="Hùng 36 (TH-93388-TS)", call_sign="XVAB7")
    registered("TH-90001-TS", title="Nam 01 (TH-90001-TS)")
    old = heard("mmsi:574000001", "TAUTH93388:C5>G95")
    old.fittings.update(vessel=boat)
    vms = heard("vms:vnpt:VSS-4711")
    vms.fittings.update(vessel=boat)
    refresh_aliases([boat.pk])
    for text in (
        "TH-93388-TS", "TH93388", "93388", "th 93388 ts", "TAUTH93388:C5", "Hung 36",
        "Hưng 36", "574000001", "xvab7", "VSS-4711", "TH 9338",
    ):  # fmt: skip
        hits = search(text, everything(), only=["vessels"])
        assert hits, text
        assert hits[0].id == boat.pk, text


def test_nobody_finds_a_boat_by_its_owner_or_a_phone_number_it_sends(cast) -> None:
    boat = registered("TH-93388-TS", owner="Phan Xuân Quý", phone="0912345678")
    device = heard("mmsi:574000001", "LUOI 0912345678")
    device.fittings.update(vessel=boat)
    Vessel.objects.filter(registered=False).update(title="LUOI")
    refresh_aliases([boat.pk])
    for text in ("Phan Xuân Quý", "0912345678"):
        assert search(text, everything(), only=["vessels"]) == []


def test_the_admin_shows_the_history_and_fits_a_device(cast) -> None:
    boat = registered("TH-93388-TS", owner="Lê Văn Hùng", gear="Lưới rê")
    Vessel.objects.filter(pk=boat.pk).update(gear="Lưới kéo", owner="Trần Văn Nam")
    device = heard("mmsi:574000001", "X")
    cast["administrator"].is_staff = cast["administrator"].is_superuser = True
    cast["administrator"].save()
    client = as_(cast, "administrator")
    address = f"/admin/vessels/vessel/{boat.pk}/change/"
    page = client.get(address).content.decode()
    assert "Lưới rê → Lưới kéo" in page
    assert "Trần Văn Nam" in page
    form = client.get(address).context["adminform"].form
    data = {
        name: ""
        if (value := form.get_initial_for_field(field, name)) is None
        else value
        for name, field in form.fields.items()
        if name not in ("device_since", "missing_since", "geom")
    }
    data |= {
        "device_key": "mmsi:574000001",
        "device_since_0": "",
        "device_since_1": "",
        "fittings-TOTAL_FORMS": "0",
        "fittings-INITIAL_FORMS": "0",
        "geom": "",
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert device.fittings.get().vessel == boat


def test_the_admin_hides_owners_from_who_may_not_see_them(cast) -> None:
    boat = registered("TH-93388-TS", owner="Lê Văn Hùng")
    Vessel.objects.filter(pk=boat.pk).update(owner="Trần Văn Nam")
    user = cast["leader"]
    user.is_staff = True
    user.save()
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_vessel", "view_vessel"])
    )
    page = as_(cast, "leader").get(f"/admin/vessels/vessel/{boat.pk}/change/")
    assert page.status_code == 200
    assert "Trần Văn Nam" not in page.content.decode()
