"""A recall from its draft to its end: the list, the calls, who may see what."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from layers.core.models import Event
from layers.core.scope import Grant
from layers.recalls import areas, calling, document, queries, services
from layers.recalls.access import NotAllowedError, RefusedError, Who
from layers.recalls.calling import Reply, TakenError
from layers.recalls.models import Boat, Recall, Tally
from layers.vessels.duties.services import Said
from layers.vessels.models import Contact, Vessel

from .conftest import boat, client_of, draft, person, rows_of, sail

pytestmark = pytest.mark.django_db


def said(outcome: str, key: str = "one-answer") -> Reply:
    return Reply(key, Said(channel="phone", outcome=outcome))


def test_the_list_holds_who_is_inside_and_who_will_enter(recall: Recall) -> None:
    rows = rows_of(recall)
    assert {name: row.moves for name, row in rows.items()} == {
        "deeper": "deeper",
        "leaving": "leaving",
        "still": "still",
        "entering": "entering",
    }
    # 0.2 degrees from the north edge, of 60.0 to 60.2 nautical miles, at 6 knots
    assert rows["leaving"].leave_min == pytest.approx(120, rel=0.01)
    assert rows["leaving"].outward_kn == pytest.approx(6.0, rel=0.01)
    assert rows["deeper"].outward_kn == pytest.approx(-6.0, rel=0.01)
    assert rows["entering"].enter_min == pytest.approx(60, rel=0.01)
    assert rows["entering"].entered_at is None


def test_who_leaves_stays_on_the_list_and_who_comes_is_added(recall: Recall) -> None:
    sail("leaving", 106.5, 19.1, 6.0, 0)
    boat("late", 106.5, 18.4, 5.0)
    services.refresh(recall)
    rows = rows_of(recall)
    assert rows["leaving"].left_at is not None
    assert rows["leaving"].moves == "left"
    assert rows["late"].added_at > rows["still"].added_at
    last = recall.tallies.last()
    assert (last.inside, last.entering, last.left) == (3, 1, 1)


def test_refreshing_twice_changes_nothing(recall: Recall) -> None:
    now = timezone.now()
    services.refresh(recall, now)
    before = list(Boat.objects.order_by("pk").values())
    services.refresh(recall, now)
    assert list(Boat.objects.order_by("pk").values()) == before


def test_every_act_may_be_sent_twice(fleet: Any, operator: Who) -> None:
    first = services.create(draft(), operator)
    assert services.create(draft(), operator).pk == first.pk
    for _again in range(2):
        services.issue(first.pk, operator)
    issued = Recall.objects.get().issued_at
    for _again in range(2):
        services.lift(first.pk, operator)
    recall = Recall.objects.get()
    assert recall.issued_at == issued
    kinds = Event.objects.filter(layer="recalls").values_list("kind", flat=True)
    assert sorted(kinds) == ["recall.drafted", "recall.issued", "recall.lifted"]
    with pytest.raises(RefusedError):
        services.issue(first.pk, operator)


def test_an_answer_is_one_entry_of_the_call_log(recall: Recall, operator: Who) -> None:
    row = rows_of(recall)["deeper"]
    for _again in range(2):
        calling.answer(row.pk, said("heading_home"), operator)
    contact = Contact.objects.get()
    assert (contact.layer, contact.feature_id) == ("recalls", recall.pk)
    assert contact.vessel_id == row.vessel_id
    row.refresh_from_db()
    assert (row.answer, row.tries, row.answered_by) == (
        "heading_home",
        1,
        operator.user,
    )


def test_the_next_call_is_the_gravest_that_nobody_holds(
    recall: Recall, operator: Who
) -> None:
    other = person("operator-two", "operator")
    order = [calling.claim_next(recall, operator, []).vessel.title]
    order.append(calling.claim_next(recall, other, []).vessel.title)
    assert order == ["deeper", "still"]
    held = rows_of(recall)["deeper"]
    with pytest.raises(TakenError):
        calling.claim(held.pk, other)
    with pytest.raises(TakenError):
        calling.answer(held.pk, said("reached"), other)
    Boat.objects.filter(pk=held.pk).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )
    assert calling.claim(held.pk, other).claimed_by == other.user


def test_who_did_not_answer_is_called_again_later_and_after_the_others(
    recall: Recall, operator: Who
) -> None:
    first = calling.claim_next(recall, operator, [])
    calling.answer(first.pk, said("no_answer"), operator)
    called = set()
    while (row := calling.claim_next(recall, operator, [])) is not None:
        called.add(row.vessel.title)
        calling.answer(row.pk, said("reached", f"answer-{row.pk}"), operator)
    assert called == {"still", "entering", "leaving"}
    Boat.objects.filter(pk=first.pk).update(
        tried_at=timezone.now() - timedelta(minutes=20)
    )
    assert calling.claim_next(recall, operator, []) == first


def test_an_officer_sees_the_recall_but_only_vessels_of_their_units(
    recall: Recall, fleet: dict[str, Vessel]
) -> None:
    Vessel.objects.filter(pk=fleet["deeper"].pk).update(unit_id=7)
    grant = Grant(layers=frozenset({"recalls", "vessels"}), units=frozenset({7}))
    assert list(queries.visible(grant)) == [recall]
    assert [row.title for row in queries.boats(recall, grant)] == ["deeper"]
    made = document.make(recall, grant)
    assert [row.title for row in made.rows] == ["deeper"]
    blind = replace(grant, layers=frozenset({"recalls"}))
    assert not queries.visible(blind)
    assert not queries.boats(recall, blind)


def test_phones_are_for_those_who_may_see_owners(recall: Recall) -> None:
    grant = Grant(layers=frozenset({"recalls", "vessels"}), units=None)
    assert {row.phone for row in queries.boats(recall, grant)} == {""}
    allowed = replace(grant, masks=frozenset({"vessels.view_owner"}))
    assert {row.phone for row in queries.boats(recall, allowed)} == {"0912345678"}
    for rights, there in ((grant, False), (allowed, True)):
        book = document.to_xlsx(document.make(recall, rights))
        assert there == ("0912345678" in text_of(book))


def text_of(book: bytes) -> str:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(book)).active
    return " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)


def test_who_may_not_change_recalls_may_not_answer(recall: Recall) -> None:
    officer = person("an-officer", "officer")
    row = rows_of(recall)["deeper"]
    for act in (
        lambda: calling.claim(row.pk, officer),
        lambda: calling.answer(row.pk, said("reached"), officer),
        lambda: services.lift(recall.pk, officer),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert not Contact.objects.exists()


def test_the_list_of_a_past_moment_knows_only_what_was_known_then(
    recall: Recall, operator: Who
) -> None:
    row = rows_of(recall)["leaving"]
    moment = timezone.now() - timedelta(hours=1)
    Boat.objects.update(added_at=moment)
    sail("leaving", 106.5, 19.1, 6.0, 0)
    calling.answer(row.pk, said("heading_home"), operator)
    services.refresh(recall)
    boat("late", 106.5, 18.4, 5.0)
    services.refresh(recall)
    then = {r.title: r for r in document.make(recall, operator.grant, moment).rows}
    assert set(then) == {"deeper", "leaving", "still", "entering"}
    assert then["leaving"].answer == ""
    assert then["leaving"].moves == "leaving"
    now = {r.title: r for r in document.make(recall, operator.grant).rows}
    assert now["leaving"].answer == "heading_home"
    assert "late" in now


def test_pages_and_documents_open(recall: Recall, operator: Who) -> None:
    client = client_of(operator)
    assert client.get("/recalls/").status_code == 200
    page = client.get(f"/recalls/{recall.pk}/")
    assert "Storm nine" in page.content.decode()
    pdf = client.get(f"/recalls/{recall.pk}/list.pdf")
    assert pdf.content.startswith(b"%PDF")
    book = client.get(f"/recalls/{recall.pk}/list.xlsx")
    assert "deeper" in text_of(book.content)
    listed = client.get(f"/api/v1/recalls/{recall.pk}/boats").json()
    assert listed["stands"]["to_call"] == 4
    drawn = client.get("/api/v1/recalls/map").json()
    assert len(drawn["features"]) == 4
    assert client.get(f"/api/v1/recalls/{recall.pk}/tallies").json()


def test_a_form_with_a_circle_makes_a_draft_once(operator: Who, db: None) -> None:
    client = client_of(operator)
    form = {
        "key": "the-page-made-this",
        "title": "Storm ten",
        "body": "Leave.",
        "valid_from": "2026-11-22T08:00",
        "valid_to": "2099-11-24T08:00",
        "ahead_h": "6",
        "lat": "18.5",
        "lon": "106.5",
        "radius_km": "50",
    }
    for _again in range(2):
        assert client.post("/recalls/new/", form).status_code == 302
    recall = Recall.objects.get()
    assert recall.origin == "circle"
    kilometres = recall.geom.transform(3405, clone=True).area / 1e6
    assert kilometres == pytest.approx(3.14159 * 50**2, rel=0.01)
    assert client.post("/recalls/new/", form | {"radius_km": ""}).status_code == 200
    assert client.post(f"/recalls/{recall.pk}/issue/").status_code == 302
    assert Recall.objects.get().in_force


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>cone</name>
<Polygon><outerBoundaryIs><LinearRing><coordinates>
106,18,0 107,18,0 107,19,0 106,19,0 106,18,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"""


def test_polygons_come_from_geojson_and_kml() -> None:
    shape = json.dumps(
        {"type": "Polygon", "coordinates": [[[106, 18], [107, 18], [107, 19],
                                             [106, 19], [106, 18]]]}
    )  # fmt: skip
    for name, body in (("cone.geojson", shape), ("cone.kml", KML)):
        area = areas.from_upload(SimpleUploadedFile(name, body.encode()))
        assert area.bounds == (106, 18, 107, 19)
        assert area.area == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cone.txt", "x"),
        ("cone.geojson", "not a map"),
        ("track.geojson", '{"type":"LineString","coordinates":[[106,18],[107,19]]}'),
        (
            "world.geojson",
            '{"type":"Polygon","coordinates":[[[-170,-80],[170,-80],[170,80],'
            "[-170,80],[-170,-80]]]}",
        ),
    ],
)
def test_a_file_that_holds_no_area_is_refused_with_words(name: str, body: str) -> None:
    with pytest.raises(areas.AreaError) as refused:
        areas.from_upload(SimpleUploadedFile(name, body.encode()))
    assert str(refused.value)


def test_numbers_are_kept_once_a_minute(recall: Recall) -> None:
    at = timezone.now().replace(second=5)
    for second in (0, 20):
        services.refresh(recall, at + timedelta(seconds=second))
    minute = at.replace(second=0, microsecond=0)
    assert Tally.objects.filter(recall=recall, at=minute).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_operators_never_get_the_same_vessel() -> None:
    for number in range(12):
        boat(f"boat {number}", 106.1 + number / 20, 18.5, 4.0)
    recall = services.issue(services.create(draft(), None).pk, None)
    assert recall.boats.count() == 12
    people = [person(f"operator-{n}", "operator") for n in range(3)]
    got: dict[str, list[int]] = {who.user.username: [] for who in people}

    def work(who: Who) -> None:
        try:
            for turn in range(4):
                row = calling.claim_next(recall, who, [])
                assert row is not None
                got[who.user.username].append(row.pk)
                calling.answer(
                    row.pk, said("reached", f"{who.user.username}-{turn}"), who
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    called = [pk for rows in got.values() for pk in rows]
    assert len(called) == len(set(called)) == 12
    assert Contact.objects.count() == 12


def test_a_list_of_two_thousand_is_read_in_a_few_queries(
    recall: Recall,
    operator: Who,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows_in = Vessel.objects.bulk_create(
        Vessel(
            source="many", external_id=str(n), title=f"boat {n}", registered=True,
            vessel_class="fishing",
        )
        for n in range(2_000)
    )  # fmt: skip
    Boat.objects.bulk_create(
        Boat(recall=recall, vessel=one, added_at=timezone.now(), moves="deeper")
        for one in rows_in
    )
    client = client_of(operator)
    services.refresh(recall)
    address = f"/api/v1/recalls/{recall.pk}/boats"
    client.get(address)
    with django_assert_max_num_queries(12):
        answer = client.get(address)
    assert len(answer.json()["boats"]) == 2_004
