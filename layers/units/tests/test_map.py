"""The unit layer as others see it: tree, dates, tiles, drawer, search, export."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from layers.core import queries, search, units
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import by_role
from layers.units.models import Lineage, Unit

LAYER = by_role("administrative-units")


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 5, tzinfo=UTC)


def kinds(at: datetime) -> dict[str, int]:
    found: dict[str, int] = {}
    query = FeatureQuery(at=at, limit=5000, fields=("kind",))
    for feature in queries.features(LAYER, everything(), query):
        kind = feature["properties"]["kind"]
        found[kind] = found.get(kind, 0) + 1
    return found


def commune(code: str) -> units.UnitNode:
    return next(
        node
        for node in units.tree().nodes.values()
        if node.kind == "commune" and node.code == code
    )


def test_every_commune_hangs_under_a_former_district_and_the_province(province):
    communes = [node for node in province.nodes.values() if node.kind == "commune"]
    assert len(communes) == 166
    for node in communes:
        chain = [above.kind for above in province.ancestors(node.id)]
        assert chain == ["commune", "district", "province"]


def test_granting_the_province_reaches_all_and_a_district_only_its_own(province):
    root = next(n for n in province.nodes.values() if n.kind == "province")
    assert province.expand([root.id]) == frozenset(province.nodes)
    ward = commune("14758")
    district = province.nodes[ward.parent_id]
    reached = province.expand([district.id])
    assert ward.id in reached
    assert root.id not in reached
    assert all(district in province.ancestors(unit_id) for unit_id in reached)


def test_the_map_goes_from_27_districts_to_26_to_166_communes(province):
    assert kinds(on(2022, 6, 1)) == {"province": 1, "district": 27}
    assert kinds(on(2025, 3, 1)) == {"province": 1, "district": 26}
    # the 27 stay as a grouping of today's communes
    assert kinds(on(2026, 11, 22)) == {"province": 1, "district": 27, "commune": 166}


def test_the_day_changes_at_midnight_in_the_province(province):
    before = datetime(2025, 6, 30, 16, 59, tzinfo=UTC)
    after = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
    assert "commune" not in kinds(before)
    assert kinds(after)["commune"] == 166


def test_a_point_lies_in_the_unit_of_its_day(province):
    seat = Unit.objects.get(kind="commune", code="14758").seat
    today = units.containing(seat.x, seat.y, on(2026, 11, 22))
    assert province.nodes[today].code == "14758"
    in_2022 = units.containing(seat.x, seat.y, on(2022, 6, 1))
    assert (province.nodes[in_2022].kind, province.nodes[in_2022].code) == (
        "district",
        "380",
    )
    in_2025 = units.containing(seat.x, seat.y, on(2025, 3, 1))
    assert province.nodes[in_2025].code == "380"
    assert in_2025 != in_2022, "the merged city is another unit under the old code"


def test_a_code_may_come_back_but_never_twice_on_one_day(province):
    shape = Unit.objects.get(kind="commune", code="14758").geom
    old = Unit.objects.create(
        source="test",
        external_id="old ward",
        title="Dong Tho",
        code="14758",
        kind="commune",
        type="ward",
        valid_from=date(2009, 4, 1),
        valid_to=date(2025, 6, 30),
        geom=shape,
    )
    units.tree.forget()
    assert units.containing(*shape.centroid.coords, on(2015, 1, 1)) == old.id
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=old.pk).update(valid_to=date(2025, 7, 1))


def test_an_ended_unit_without_communes_is_in_no_tile(province, tile_of):
    drawn = {f["properties"]["title"]: f for f in tile_of(LAYER, 7, 101, 56)}
    assert sum(f["properties"]["kind"] == "district" for f in drawn.values()) > 10
    ids = [f["id"] for f in tile_of(LAYER, 6, 50, 28)]
    merged = Unit.objects.get(kind="district", code="380", valid_from=date(2025, 1, 1))
    assert ids
    assert merged.pk not in ids
    assert len(ids) == len(set(ids)) == 1 + 27 + 166


def test_the_lines_of_descent_lose_nobody(province):
    totals: dict[int, list[float]] = {}
    for line in Lineage.objects.all():
        shares = totals.setdefault(line.old_id, [0.0, 0.0])
        shares[0] += line.share_people
        shares[1] += line.share_area
    assert len(totals) == 28
    for people, area in totals.values():
        assert people == pytest.approx(1)
        assert area == pytest.approx(1)


def test_a_new_outline_is_a_new_version_and_a_new_name_is_not(province):
    unit = Unit.objects.get(kind="commune", code="14758")
    unit.title = "Another name"
    unit.save()
    unit.refresh_from_db()
    assert unit.geometry_version == 1
    unit.geom = unit.geom.buffer(0.001)
    unit.save()
    unit.refresh_from_db()
    assert unit.geometry_version == 2
    assert unit.events.count() == 3


def test_search_finds_a_ward_without_diacritics_and_with_a_slip(province):
    grant = Grant(layers=frozenset({LAYER.slug}), units=frozenset())
    assert search.search("ham rong", grant)[0].id == commune("14758").id
    assert commune("14758").id in [hit.id for hit in search.search("ham rongg", grant)]
    assert search.search("14758", grant)[0].id == commune("14758").id


def test_the_drawer_opens_in_vietnamese_and_links_up_and_down(province, cast, client):
    client.force_login(cast["leader"])
    district = province.nodes[commune("14758").parent_id]
    page = client.get(f"/drawer/{LAYER.slug}/{district.id}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert f"/drawer/{LAYER.slug}/{commune('14758').id}/" in text
    assert f"/drawer/{LAYER.slug}/{district.parent_id}/" in text
    assert client.get(f"/drawer/{LAYER.slug}/99999999/").status_code == 404


@pytest.mark.parametrize("fmt", ["geojson", "csv", "gpkg", "xlsx"])
def test_the_units_can_be_exported(province, cast, client, fmt):
    client.force_login(cast["leader"])
    answer = client.get(
        f"/api/v1/layers/{LAYER.slug}/export.{fmt}", {"filter": "kind = 'district'"}
    )
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) > 3_000
