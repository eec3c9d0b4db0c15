"""One-stop shops: dossiers in, figures out, now and in the past."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from layers.administration import demo as administration_demo
from layers.administration import queries
from layers.administration.choices import Status
from layers.administration.models import Dossier, Procedure, ServiceCounter
from layers.administration.services import DossierRecord
from layers.core import export, search
from layers.core.ingest import deliver
from layers.core.models import LayerVersion
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant, everything
from layers.core.spec import registry

LAYER = "administration"
START = datetime(2026, 11, 2, 2, tzinfo=UTC)


def days(number: float) -> datetime:
    return START + timedelta(days=number)


def shop(unit_id=None, lon=105.78, lat=19.81, code="TT-1", **values) -> ServiceCounter:
    return ServiceCounter.objects.create(
        source="test",
        external_id=code,
        title=values.pop("title", "One-stop shop"),
        unit_id=unit_id,
        geom=Point(lon, lat, srid=4326),
        **values,
    )


def told(name="D-1", **values) -> DossierRecord:
    given = {
        "source": "test",
        "external_id": name,
        "counter": "TT-1",
        "procedure": "HT-01",
        "status": Status.PROCESSING,
        "received_at": START,
        "due_at": days(3),
        "updated_at": START,
        **values,
    }
    return DossierRecord(**given)


def done(name, at, **values) -> DossierRecord:
    return told(
        name,
        status=Status.FINISHED,
        finished_at=at,
        updated_at=at,
        **values,
    )


def enter(*records: DossierRecord):
    with transaction.atomic():
        return deliver(LAYER, list(records))


def figures(at: datetime | None = None) -> dict:
    found = features(registry[LAYER], everything(), FeatureQuery(at=at))
    assert len(found) == 1
    return found[0]["properties"]


def test_figures_are_those_of_the_dossiers(db):
    shop()
    enter(
        done("D-1", days(1), online=True, rating=5),
        done("D-2", days(5), online=True, rating=2),
        done("D-3", days(2)),
        told("D-4"),
    )
    now = figures(days(6))
    assert (now["received"], now["solved"], now["solved_late"]) == (4, 3, 1)
    assert (now["waiting"], now["waiting_late"]) == (1, 1)
    assert now["on_time_share"] == pytest.approx(66.7)
    assert now["online_share"] == 50.0
    assert now["satisfaction"] == 50.0


def test_figures_of_the_past_know_only_what_was_known(db):
    shop()
    enter(done("D-1", days(5), rating=5))
    assert figures(days(-1))["received"] == 0
    early = figures(days(4))
    assert (early["solved"], early["waiting"], early["waiting_late"]) == (0, 1, 1)
    assert early["on_time_share"] is None
    assert early["satisfaction"] is None
    late = figures(days(6))
    assert (late["solved"], late["solved_late"]) == (1, 1)


def test_after_ninety_days_a_dossier_leaves_the_figures(db):
    shop()
    enter(done("D-1", days(1)))
    assert figures(days(89))["received"] == 1
    assert figures(days(91))["received"] == 0


def test_a_shop_without_dossiers_is_on_the_map_without_shares(db):
    shop()
    now = figures()
    assert now["received"] == 0
    assert now["on_time_share"] is None


def test_the_newest_word_about_a_dossier_counts(db):
    shop()
    assert not enter(told()).duplicate[0]
    assert enter(told()).duplicate[0]
    assert not enter(done("D-1", days(2))).duplicate[0]
    assert enter(told(updated_at=days(1))).duplicate[0]
    assert Dossier.objects.get().status == Status.FINISHED


def test_a_dossier_told_twice_in_one_delivery_is_one_in_its_newest_state(db):
    shop()
    applied = enter(told(), done("D-1", days(2)), told())
    assert applied.duplicate.tolist() == [False, False, True]
    assert Dossier.objects.get().finished_at == days(2)


def test_dossiers_of_an_unknown_shop_are_not_taken(db):
    shop()
    assert enter(told(counter="none")).duplicate.tolist() == [True]
    assert not Dossier.objects.exists()


def test_an_unknown_procedure_is_added_by_its_code(db):
    shop()
    enter(told(procedure="NEW-9"))
    assert Procedure.objects.get().code == "NEW-9"


def test_the_database_refuses_what_cannot_be(db):
    shop()
    enter(told())
    for wrong in (
        {"finished_at": days(-1)},
        {"status": Status.FINISHED},
        {"rating": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dossier.objects.update(**wrong)


@pytest.mark.parametrize(
    ("share", "name"),
    [
        (None, ""),
        (100.0, "excellent"),
        (90.0, "excellent"),
        (89.9, "good"),
        (70.0, "fair"),
        (50.0, "average"),
        (12.0, "weak"),
    ],
)
def test_bands_are_those_of_decision_766(share, name):
    assert queries.band(share) == name


def test_the_figures_of_one_shop_read_only_the_covering_index(province):
    administration_demo.load(province)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE administration_dossier")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT received FROM administration_map WHERE id = %s",
            [ServiceCounter.objects.first().pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "dossier_figures" in plan
    assert "Seq Scan on administration_dossier" not in plan


def test_rows_of_other_units_are_not_there(commune):
    here, there = commune(0), commune(100)
    mine = shop(*here)
    shop(*there, code="TT-2")
    grant = Grant(layers=frozenset([LAYER]), units=frozenset([here[0]]))
    for at in (None, days(1)):
        found = features(registry[LAYER], grant, FeatureQuery(at=at))
        assert [row["id"] for row in found] == [mine.pk]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_drawer_lists_procedures_and_what_is_overdue(cast, commune, language):
    place = shop(*commune(3))
    now = timezone.now()
    Procedure.objects.create(code="HT-01", title="Birth certificates of the test")
    enter(
        told(received_at=now - timedelta(days=9), due_at=now - timedelta(days=4)),
        told("D-2", received_at=now - timedelta(days=1), due_at=now),
    )
    with translation.override(language):
        word = translation.gettext("Longest past due")
    client = Client()
    client.force_login(cast["leader"])
    page = client.get(f"/drawer/administration/{place.pk}/?lang={language}")
    text = page.content.decode()
    assert page.status_code == 200
    assert word in text
    assert "Birth certificates of the test" in text
    assert "D-1" in text


def test_a_dossier_saved_by_form_is_told_to_the_map(cast, commune):
    unit_id, lon, lat = commune(3)
    place = shop(unit_id, lon, lat)
    procedure = Procedure.objects.create(code="HT-01", title="x")
    user = cast["administrator"]
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    form = {
        "source": "form",
        "external_id": "D-77",
        "counter": place.pk,
        "procedure": procedure.pk,
        "status": "received",
        "received_at_0": "2026-11-02",
        "received_at_1": "09:00",
        "due_at_0": "2026-11-05",
        "due_at_1": "17:00",
        "updated_at_0": "2026-11-02",
        "updated_at_1": "09:00",
    }
    answer = client.post("/admin/administration/dossier/add/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Dossier.objects.get().counter == place
    assert LayerVersion.objects.get(slug=LAYER).seq > 0


def test_search_forgives_missing_diacritics(province):
    name = province.table("streets")[0]["name"]
    place = shop(title=name)
    hits = search.search("le loi", everything(), only=[LAYER])
    assert [hit.id for hit in hits] == [place.pk]


@pytest.mark.parametrize("fmt", list(export.FORMATS))
def test_every_format_exports(db, fmt):
    shop(title="Shop of the test")
    write = export.FORMATS[fmt].write
    written = b"".join(write(registry[LAYER], everything(), FeatureQuery(limit=10)))
    if fmt == "xlsx":
        with zipfile.ZipFile(io.BytesIO(written)) as book:
            written = b"".join(book.read(name) for name in book.namelist())
    assert b"Shop of the test" in written


def test_a_tile_holds_the_shops(db):
    shop()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, 'administration', 4096, 'geom', 'id') FROM (SELECT id,"
            " title, received::bigint, on_time_share,"
            " ST_AsMVTGeom(shape, ST_TileEnvelope(0, 0, 0)) AS geom"
            " FROM administration_map) AS t"
        )
        (tile,) = cursor.fetchone()
    assert b"received" in bytes(tile)


def test_the_demo_has_a_shop_per_commune_and_plausible_figures(province):
    assert administration_demo.load(province) == 166
    assert Dossier.objects.count() == 30_000
    rows = [
        row["properties"]
        for row in features(registry[LAYER], everything(), FeatureQuery())
    ]
    assert sum(row["received"] for row in rows) > 28_000
    shares = [row["on_time_share"] for row in rows if row["solved"] > 20]
    assert 85 < sum(shares) / len(shares) < 99
    assert min(shares) < 90
    assert not Dossier.objects.filter(received_at__gt=timezone.now()).exists()
