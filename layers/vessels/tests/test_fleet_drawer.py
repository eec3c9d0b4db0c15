"""The drawer of a vessel: who, papers, call log, faults, told positions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from layers.core.models import Event
from layers.vessels.models import Contact, DeviceFault, Vessel

from .screens import boat, client, enter, minutes_ago

pytestmark = pytest.mark.django_db


def drawer_of(user: Any, vessel: Vessel) -> str:
    answer = client(user).get(f"/drawer/vessels/{vessel.pk}/?lang=en")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_drawer_shows_people_only_to_who_may_know(cast: dict) -> None:
    made = boat(1, owner="Lê Văn Phúc", owner_phone="0912 345 678")
    Contact.objects.create(
        vessel=made, at=timezone.now(), channel="phone", outcome="reached",
        person="Lê Văn Phúc", text="back tomorrow",
    )  # fmt: skip
    staff, leader = drawer_of(cast["fisheries"], made), drawer_of(cast["leader"], made)
    for secret in ("Lê Văn Phúc", "0912", "back tomorrow"):
        assert secret in staff
        assert secret not in leader
    assert "tel:0912345678" in staff
    assert "/log/" not in leader


def test_the_drawer_says_which_papers_are_over(cast: dict) -> None:
    today = timezone.localdate()
    made = boat(
        1, licence_expires=today - timedelta(days=1),
        inspection_expires=today + timedelta(days=10),
    )  # fmt: skip
    page = drawer_of(cast["fisheries"], made)
    assert page.count("expired</span>") == 1
    assert page.count("expires within 30 days") == 1


def test_a_call_is_logged_and_stands_in_the_drawer_that_comes_back(cast: dict) -> None:
    made = boat(1)
    answer = enter(
        cast["fisheries"], made, "contact", at=minutes_ago(5), channel="radio",
        outcome="heading_home", text="Về cảng",
    )  # fmt: skip
    assert "Về cảng" in answer.content.decode()
    logged = Contact.objects.get(vessel=made)
    assert (logged.channel, logged.outcome) == ("radio", "heading_home")
    assert logged.user == cast["fisheries"]
    assert Event.objects.filter(kind="contact.logged", feature_id=made.pk).exists()


def test_what_was_typed_comes_back_with_what_is_wrong(cast: dict) -> None:
    made = boat(1)
    answer = enter(
        cast["fisheries"], made, "contact", at="", channel="radio", outcome="reached",
        text="almost lost",
    ).content.decode()  # fmt: skip
    assert "Give a date and a time." in answer
    assert "almost lost" in answer
    assert not Contact.objects.exists()


def test_a_position_told_with_a_comma_is_stored_and_a_place_that_is_none_is_not(
    cast: dict,
) -> None:
    made = boat(1)
    told = {"lon": "105,95", "lat": "19.7", "at": minutes_ago(3)}
    enter(cast["fisheries"], made, "position", **told)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lon, lat FROM vessels_live WHERE vessel_id = %s", [made.pk]
        )
        assert cursor.fetchone() == (105.95, 19.7)
    refused = enter(cast["fisheries"], made, "position", **{**told, "lat": "north"})
    assert "This is no place" in refused.content.decode()


def test_a_device_is_declared_broken_and_mended(cast: dict) -> None:
    made = boat(1)
    staff = cast["fisheries"]
    page = enter(staff, made, "fault", at=minutes_ago(60), reported_by="captain")
    assert "Device broken since" in page.content.decode()
    enter(staff, made, "mend", at=minutes_ago(1))
    assert DeviceFault.objects.get(vessel=made).mended_at is not None


def test_who_may_not_write_enters_nothing(cast: dict) -> None:
    made = boat(1)
    said = {"at": minutes_ago(1), "channel": "phone", "outcome": "reached"}
    assert enter(cast["leader"], made, "contact", **said).status_code == 403
    assert enter(cast["fisheries"], made, "nonsense", **said).status_code == 404
    assert not Contact.objects.exists()


def test_the_drawer_leads_to_the_map_and_says_the_place_as_charts_do(
    cast: dict,
) -> None:
    made = boat(1)
    told = {"lon": "105.9", "lat": "19.7", "at": minutes_ago(3)}
    enter(cast["fisheries"], made, "position", **told)
    page = drawer_of(cast["fisheries"], made)
    assert f"/#open=vessels/{made.pk}" in page
    assert "19°42.000′N 105°54.000′E" in page
    assert "Reported by a person" in page
