"""Who answers for a unit, when, and who may call them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pandas
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gis_ioc.accounts.models import Scope
from layers.core import units
from layers.core.tests import switching
from layers.units.models import Duty, Officer

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HEADINGS = "unit_code,person,position,role,field,phones,email,duty_from,duty_to"


@pytest.fixture
def places(db) -> dict[str, Any]:
    return switching.province()


def officer(unit: Any, person: str, role: str = "duty", **values: Any) -> Officer:
    values = {"position": "Officer", "phones": ["0000 111 222"], **values}
    return Officer.objects.create(unit=unit, person=person, role=role, **values)


def persons(unit: Any, at: datetime = NOW) -> list[str]:
    return [contact.person for contact in units.responsible(unit.pk, at)]


def test_whoever_is_on_duty_comes_first_then_duty_leaders_and_fields(places):
    one = places["one"]
    officer(one, "Field", "field", field="Fisheries")
    officer(one, "Leader", "leader")
    officer(one, "Second", order=20)
    officer(one, "First", order=10)
    watch = officer(one, "Watch", "leader")
    Duty.objects.create(officer=watch, starts_at=NOW, ends_at=NOW + timedelta(hours=8))
    assert persons(one) == ["Watch", "First", "Second", "Leader", "Field"]
    after = NOW + timedelta(hours=8)
    assert persons(one, after) == ["First", "Second", "Leader", "Watch", "Field"]


def test_only_those_in_office_on_the_day_answer(places):
    day = timezone.localdate(NOW)
    officer(places["one"], "Before", valid_to=day - timedelta(days=1))
    officer(places["one"], "Now", valid_from=day, valid_to=day)
    officer(places["one"], "Later", valid_from=day + timedelta(days=1))
    assert persons(places["one"]) == ["Now"]


def test_a_unit_of_which_nobody_is_known_is_answered_for_by_the_one_above(places):
    officer(places["province"], "Province")
    assert persons(places["two"]) == ["Province"]
    assert persons(places["one"]) == ["Province"]


@pytest.mark.parametrize(
    ("role", "sees"), [("operator", True), ("leader", True), ("officer", False)]
)
def test_numbers_are_for_those_who_may_see_them(client, cast, places, role, sees):
    officer(places["one"], "Anh", email="anh@example.vn")
    Scope.objects.create(user=cast["officer"], units=[places["one"].pk])
    client.force_login(cast[role])
    drawer = client.get(f"/drawer/units/{places['one'].pk}/").content.decode()
    assert "Anh" in drawer
    assert ('href="tel:0000 111 222"' in drawer) is sees
    assert ("anh@example.vn" in drawer) is sees
    (found,) = client.get(f"/api/v1/units/{places['one'].pk}/contacts").json()[
        "contacts"
    ]
    assert found["person"] == "Anh"
    assert bool(found["phones"] or found["email"]) is sees


def run(path: Any) -> str:
    out = StringIO()
    call_command("import_officers", str(path), stdout=out, stderr=out)
    return out.getvalue()


def test_officers_and_watches_come_from_a_workbook(tmp_path, cast, places):
    path = tmp_path / "officers.xlsx"
    row = {
        "unit_code": 14758,
        "person": "Anh",
        "position": "Chief",
        "role": "duty",
        "phones": "0000 111 222; 0000 333 444",
        "username": "operator",
        "duty_from": "2026-11-22 07:00",
        "duty_to": "23/11/2026 07:00",
    }
    pandas.DataFrame([row]).to_excel(path, index=False)
    assert run(path) == "1 new officers, 1 watches\n"
    assert run(path) == "0 new officers, 1 watches\n"  # the same ones
    (contact,) = units.responsible(places["one"].pk, NOW)
    assert contact.on_duty
    assert contact.phones == ("0000 111 222", "0000 333 444")
    assert contact.user_id == cast["operator"].pk


def test_every_wrong_line_is_named_and_nobody_is_stored(tmp_path, places):
    path = tmp_path / "officers.csv"
    lines = [
        "14758,Anh,Chief,duty,,,,,",
        "999,Binh,Chief,duty,,,,,",
        "4,Chi,Chief,boss,,,,,",
        "4,Dung,Chief,field,,,,,",
        "4,Em,Chief,duty,,,no address,,",
        "4,Giang,Chief,duty,,,,2026-11-22 07:00,2026-11-21 07:00",
        "4,Hoa,Chief,duty,,,,2026-11-22 07:00,",
        "4,Khoa,Chief,duty,,,,today,tomorrow",
    ]
    path.write_text("\n".join([HEADINGS, *lines]))
    out = StringIO()
    with pytest.raises(CommandError, match="7 problems, nothing was stored"):
        call_command("import_officers", str(path), stdout=out, stderr=out)
    told = out.getvalue()
    for part in (
        "line 3: no unit has the code '999'",
        "line 4: role 'boss' is none of leader, field, duty",
        "line 5: an officer for a field needs the field",
        "line 6: 'no address' is no e-mail address",
        "line 7: the watch ends at 2026-11-21 07:00, before it begins",
        "line 8: a watch needs both duty_from and duty_to",
        "line 9: 'today' is no time such as 2025-07-01 07:00",
    ):
        assert part in told, told
    assert not Officer.objects.exists()
