"""What every layer must do: a new one gets these tests for nothing."""

from __future__ import annotations

import json

import mapbox_vector_tile
import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from gis_ioc.accounts.models import ApiKey, Scope, User
from layers.core import catalog, export, queries, search, units
from layers.core.db import execute
from layers.core.queries import FeatureQuery
from layers.core.scope import NOBODY, Grant, everything
from layers.core.spec import Layer, registry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("province"),
    # one worker loads the demo, not each of them
    pytest.mark.xdist_group("province"),
]

# ids, not objects: xdist workers must collect the same names
each_layer = pytest.mark.parametrize("slug", list(registry))


def layer_of(slug: str) -> Layer:
    return registry[slug]


def some(layer: Layer, limit: int = 50) -> list[dict]:
    found = queries.features(layer, everything(), FeatureQuery(limit=limit))
    assert found, f"the demo has no {layer.slug}"
    return found


@pytest.fixture
def boss(db) -> Client:
    """A client of an administrator."""
    user = User.objects.create_superuser("boss", password="of-a-test")
    client = Client()
    client.force_login(user)
    return client


def test_checks_are_clean() -> None:
    call_command("check", fail_level="WARNING", databases=["default"])


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@each_layer
def test_features_are_geojson_with_the_declared_fields(slug: str) -> None:
    layer = layer_of(slug)
    open_fields = {entry.name for entry in layer.fields if not entry.mask}
    for feature in some(layer):
        assert feature["type"] == "Feature"
        assert set(feature["properties"]) == {"title"} | open_fields
        assert feature["properties"]["title"]


@each_layer
def test_a_tile_of_the_relation_decodes(slug: str) -> None:
    from psycopg import sql

    layer = layer_of(slug)
    some(layer)
    columns = sql.SQL(", ").join(sql.Identifier(f.name) for f in layer.tile_fields)
    statement = sql.SQL(
        "SELECT ST_AsMVT(t, 'l', 4096, 'g', 'id') FROM (SELECT id, title, {columns},"
        " ST_AsMVTGeom(shape, ST_TileEnvelope(6, 50, 28)) AS g FROM {relation}"
        " WHERE shape && ST_TileEnvelope(6, 50, 28)) t"
    ).format(
        columns=columns or sql.SQL("1 AS one"), relation=sql.Identifier(layer.relation)
    )
    with connection.cursor() as cursor:
        execute(cursor, statement)
        (tile,) = cursor.fetchone()
    decoded = mapbox_vector_tile.decode(bytes(tile))
    assert decoded["l"]["features"]


@each_layer
def test_the_catalogue_entry_says_everything_in_both_languages(slug: str) -> None:
    layer = layer_of(slug)
    described = {}
    for language in ("vi", "en"):
        with translation.override(language):
            described[language] = catalog.describe(layer, everything())
    assert described["vi"]["title"] != described["en"]["title"]
    assert described["vi"]["group"] != described["en"]["group"]
    for vi, en in zip(
        described["vi"]["legend"], described["en"]["legend"], strict=True
    ):
        assert vi["label"] != en["label"], f"legend {en['label']!r} is not translated"
    titles = zip(described["vi"]["fields"], described["en"]["fields"], strict=True)
    same = [en["title"] for vi, en in titles if vi["title"] == en["title"]]
    untranslatable = {"MMSI", "IMO", "VN_AQI", "AQI", "URL", "Email", "E-mail"}
    assert not set(same) - untranslatable, same


@each_layer
def test_the_drawer_opens(slug: str, boss: Client) -> None:
    feature = some(layer_of(slug))[0]
    response = boss.get(f"/drawer/{slug}/{feature['id']}/")
    assert response.status_code == 200
    assert feature["properties"]["title"] in html_text(response.content.decode())


def html_text(markup: str) -> str:
    import html

    return html.unescape(markup)


@each_layer
def test_the_admin_list_and_form_open(slug: str, boss: Client) -> None:
    models = [model for model in admin.site._registry if model._meta.app_label == slug]
    assert models, "nothing of the layer can be looked after in the admin pages"
    for model in models:
        base = f"/admin/{slug}/{model._meta.model_name}/"
        assert boss.get(base).status_code == 200, base
        row = model.objects.first()
        if row is not None:
            assert boss.get(f"{base}{row.pk}/change/").status_code == 200, base


@each_layer
@pytest.mark.parametrize("fmt", list(export.FORMATS))
def test_export_works_in_every_format(slug: str, fmt: str) -> None:
    layer = layer_of(slug)
    some(layer)
    body = b"".join(
        export.FORMATS[fmt].write(layer, everything(), FeatureQuery(limit=20))
    )
    assert len(body) > 50
    if fmt == "geojson":
        assert len(json.loads(body)["features"]) > 0


@each_layer
def test_personal_fields_need_their_permission(slug: str) -> None:
    layer = layer_of(slug)
    masked = {entry.name for entry in layer.fields if entry.mask}
    some(layer)
    plain = queries.features(layer, everything(), FeatureQuery(limit=5))
    for feature in plain:
        assert not masked & set(feature["properties"])
    allowed = Grant(
        layers=frozenset(registry),
        units=None,
        masks=frozenset(entry.mask for entry in layer.fields),
    )
    for feature in queries.features(layer, allowed, FeatureQuery(limit=5)):
        assert masked <= set(feature["properties"])


@each_layer
def test_rows_of_other_units_are_not_there(slug: str) -> None:
    layer = layer_of(slug)
    some(layer)
    tree = units.tree()
    areas = [node for node in tree.nodes.values() if node.kind == "district"]
    mine = tree.expand([areas[0].id])
    grant = Grant(layers=frozenset([slug]), units=mine)
    found = queries.features(layer, grant, FeatureQuery(limit=10_000))
    if layer.scope.kind == "open":
        assert found
        return
    column = layer.scope.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, "{column}" FROM "{layer.relation}" WHERE id = ANY(%s)',
            [[feature["id"] for feature in found]],
        )
        for _id, belongs in cursor.fetchall():
            ids = belongs if isinstance(belongs, list) else [belongs]
            assert set(ids) & mine
    total = queries.count(layer, everything())
    assert len(found) < total


@each_layer
def test_nobody_sees_nothing(slug: str) -> None:
    layer = layer_of(slug)
    assert queries.features(layer, NOBODY, FeatureQuery()) == []
    assert queries.count(layer, NOBODY) == 0


@each_layer
def test_the_layer_can_be_asked_as_of_a_time(slug: str) -> None:
    layer = layer_of(slug)
    some(layer)
    now = queries.features(
        layer, everything(), FeatureQuery(at=timezone.now(), limit=5)
    )
    assert now
    past = timezone.now().replace(year=1990)
    then = queries.features(layer, everything(), FeatureQuery(at=past, limit=5))
    assert len(then) <= len(now)


@each_layer
def test_search_finds_the_first_feature_without_its_diacritics(slug: str) -> None:
    layer = layer_of(slug)
    feature = some(layer)[0]
    if not layer.search_fields:
        pytest.skip("the layer is not searched")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ioc_fold(%s)", [feature["properties"]["title"]])
        (folded,) = cursor.fetchone()
    hits = search.search(folded, everything(), only=[slug], limit=50)
    assert any(hit.title == feature["properties"]["title"] for hit in hits), folded


@each_layer
def test_fifty_features_cost_as_many_queries_as_one(slug: str) -> None:
    layer = layer_of(slug)
    some(layer)
    with CaptureQueriesContext(connection) as one:
        queries.features(layer, everything(), FeatureQuery(limit=1))
    with CaptureQueriesContext(connection) as many:
        queries.features(layer, everything(), FeatureQuery(limit=50))
    assert len(one) == len(many)


@each_layer
def test_the_api_is_closed_to_the_unknown(slug: str) -> None:
    client = Client()
    for path in ("", "/features", "/features/1", "/export.csv"):
        assert client.get(f"/api/v1/layers/{slug}{path}").status_code == 401
    assert client.get("/api/v1/search?q=thanh").status_code == 401


@each_layer
def test_a_key_for_other_layers_does_not_open_this_one(slug: str) -> None:
    user = User.objects.create_superuser("machine", password="of-a-test")
    Scope.objects.create(user=user, all_units=True)
    other = next(name for name in registry if name != slug)
    _key, text = ApiKey.issue(user, "k", layers=[other])
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get(f"/api/v1/layers/{slug}").status_code == 404
    assert client.get(f"/api/v1/layers/{slug}/features").status_code == 404
    assert client.get(f"/drawer/{slug}/1/").status_code == 404
    assert client.get(f"/api/v1/layers/{other}").status_code == 200


@each_layer
def test_a_bad_filter_or_box_is_a_clear_400(slug: str, boss: Client) -> None:
    base = f"/api/v1/layers/{slug}/features"
    for query in (
        "filter=nosuchfield%20%3D%201",
        "filter=)(",
        "filter=" + "(" * 500,
        "bbox=1,2,3",
        "bbox=nan,nan,nan,nan",
        "at=yesterday",
        "limit=0",
    ):
        response = boss.get(f"{base}?{query}")
        assert response.status_code in (400, 422), query
        assert response.json()["detail"]
