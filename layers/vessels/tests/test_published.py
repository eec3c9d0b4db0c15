"""The lists to be published: on the screen, as PDF, as workbook."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from layers.core import events
from layers.core.events import Happening
from layers.vessels.models import Contact, Vessel

pytestmark = pytest.mark.django_db
XLSX = "/vessels/lists/silent_6h.xlsx"


@pytest.fixture
def silent() -> Vessel:
    """A boat that has been silent for eight hours."""
    boat = Vessel.objects.create(
        source="test", external_id="1", title="Phúc 7", registration="TH-90001-TS",
        vessel_class="fishing", registered=True, length_m=17.5, owner="Lê Văn Phúc",
        phone="0912 345 678", home_port="Lạch Hới",
    )  # fmt: skip
    heard = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=8)
    events.record(
        [
            Happening(
                key="vms.silent_6h:1",
                kind="vms.silent_6h",
                layer="vessels",
                feature_id=boat.pk,
                happened_at=heard + timedelta(hours=6),
                new={"silent_since": heard.isoformat()},
            )
        ]
    )
    return boat


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)  # type: ignore[arg-type]
    return made


def cells(data: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]


def test_the_list_is_on_the_screen_and_in_both_files(
    cast: dict, silent: Vessel
) -> None:
    boss = client(cast["administrator"])
    assert "TH-90001-TS" in boss.get("/vessels/lists/silent_6h/").content.decode()
    found = cells(boss.get(XLSX).content)
    assert {"TH-90001-TS", "Lê Văn Phúc"} <= set(found)
    assert {"8,0", "8,1"} & set(found)
    printed = boss.get("/vessels/lists/silent_6h.pdf")
    assert printed.content[:5] == b"%PDF-"
    assert "vessels-silent-6h-" in printed["Content-Disposition"]


def test_owner_and_phone_are_left_out_for_who_may_not_know(
    cast: dict, silent: Vessel
) -> None:
    found = cells(client(cast["leader"]).get(XLSX).content)
    assert "TH-90001-TS" in found
    assert not any("Phúc" in text and "Lê" in text for text in found)
    assert not any("0912" in text for text in found)


def test_the_same_moment_gives_the_same_file(cast: dict, silent: Vessel) -> None:
    boss = client(cast["administrator"])
    at = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:00Z")
    for address in (f"/vessels/lists/silent_6h.pdf?at={at}", f"{XLSX}?at={at}"):
        assert boss.get(address).content == boss.get(address).content


def test_a_moment_before_the_silence_gives_an_empty_list(
    cast: dict, silent: Vessel
) -> None:
    at = (timezone.now() - timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:00Z")
    page = client(cast["administrator"]).get(f"/vessels/lists/silent_6h/?at={at}")
    assert "TH-90001-TS" not in page.content.decode()


def test_calls_within_the_silence_are_counted_with_the_last_outcome(
    cast: dict, silent: Vessel
) -> None:
    for outcome in ("no_answer", "reached"):
        Contact.objects.create(
            vessel=silent, at=timezone.now() - timedelta(hours=1), channel="phone",
            outcome=outcome,
        )  # fmt: skip
    found = cells(client(cast["administrator"]).get(f"{XLSX}?lang=en").content)
    assert any(text.startswith("2: ") for text in found)


def test_a_kind_that_does_not_exist_is_not_found(cast: dict) -> None:
    page = client(cast["administrator"]).get("/vessels/lists/nonsense/")
    assert page.status_code == 404
