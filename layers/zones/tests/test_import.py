"""Official zones from files, as a ministry would hand them over."""

from __future__ import annotations

from datetime import date
from io import StringIO

import geopandas as gpd
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from layers.zones.models import Zone


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


LINE = shapely.LineString([(106.9, 18.5), (107.1, 19.4), (107.6, 20.1)])
SQUARE = shapely.box(106.0, 19.0, 106.2, 19.2)


def write(path, rows: list[tuple[str, str, object]], crs: str = "EPSG:4326") -> str:
    codes, names, shapes = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame(
        {"code": codes, "name": names}, geometry=list(shapes), crs="EPSG:4326"
    )
    frame.to_crs(crs).to_file(path)
    return str(path)


def run(path: str, kind: str = "closed_area", **more: object) -> str:
    out = StringIO()
    given = {"valid_from": date(2026, 1, 1), **more}
    call_command("import_zones", path, kind=kind, stdout=out, **given)
    return out.getvalue()


@pytest.mark.parametrize("name", ["zones.geojson", "zones.gpkg", "zones.shp"])
def test_every_file_format_gives_the_same_zone(db, tmp_path, name):
    path = write(tmp_path / name, [("C-1", "Khu cam", SQUARE)])
    said = run(path, closed=True, legal_basis="Decision 1", season_from="04-01",
               season_to="06-30")  # fmt: skip
    assert said.startswith("1 zones: 1 new")
    zone = Zone.objects.get(code="C-1")
    assert (zone.title, zone.closed, zone.legal_basis) == (
        "Khu cam",
        True,
        "Decision 1",
    )
    assert (zone.season_from, zone.valid_from, zone.version) == (
        "04-01", date(2026, 1, 1), 1
    )  # fmt: skip
    assert shapely.from_wkb(bytes(zone.geom.wkb)).equals_exact(SQUARE, 1e-6) or (
        abs(zone.geom.area - 0.04) < 1e-6
    )
    assert not zone.schematic


def test_vn_2000_lands_where_it_should(db, tmp_path):
    path = write(tmp_path / "line.gpkg", [("L", "Tuyen", LINE)], "EPSG:3405")
    run(path, "offshore_limit", beyond="right")
    zone = Zone.objects.get(code="L")
    off = shapely.hausdorff_distance(shapely.from_wkb(bytes(zone.geom.wkb)), LINE)
    assert off < 1e-7
    assert zone.beyond == "right"


def test_the_same_file_again_changes_nothing(db, tmp_path):
    path = write(tmp_path / "z.geojson", [("C-1", "Khu cam", SQUARE)])
    run(path)
    before = Zone.objects.get().updated_at
    assert "1 as they were" in run(path)
    assert Zone.objects.get().updated_at == before


def test_a_new_outline_is_a_new_version_with_its_history(db, tmp_path):
    run(write(tmp_path / "a.geojson", [("C-1", "Khu cam", SQUARE)]))
    wider = shapely.buffer(SQUARE, 0.1)
    run(write(tmp_path / "b.geojson", [("C-1", "Khu cam", wider)]))
    zone = Zone.objects.get()
    assert zone.version == 2
    versions = zone.events.order_by("pgh_id").values_list("version", flat=True)
    assert list(versions) == [1, 2]


def test_replacing_ends_the_others_the_day_before(db, tmp_path):
    run(write(tmp_path / "a.geojson", [("C-1", "Old", SQUARE), ("C-2", "Old", SQUARE)]),
        valid_from=date(2020, 1, 1))  # fmt: skip
    said = run(write(tmp_path / "b.geojson", [("C-2", "New", SQUARE)]), replace=True)
    assert "1 ended" in said
    assert Zone.objects.get(code="C-1").valid_to == date(2025, 12, 31)
    assert Zone.objects.get(code="C-2").valid_to is None


def test_a_dry_run_changes_nothing(db, tmp_path):
    path = write(tmp_path / "z.geojson", [("C-1", "Khu cam", SQUARE)])
    assert "nothing was changed" in run(path, dry_run=True)
    assert Zone.objects.count() == 0


BOW = shapely.from_wkt("POLYGON ((106 19, 106.2 19.2, 106.2 19, 106 19.2, 106 19))")


def test_an_outline_that_crosses_itself_is_repaired(db, tmp_path):
    said = run(write(tmp_path / "z.geojson", [("C-1", "Khu cam", BOW)]))
    assert "repaired: Khu cam" in said
    assert Zone.objects.get().geom.valid


@pytest.mark.parametrize(
    ("rows", "more", "problem"),
    [
        ([("L", "Tuyen", LINE)], {"kind": "offshore_limit"}, "--beyond"),
        ([("L", "Tuyen", LINE)], {}, "row 1: Tuyen is a LineString"),
        ([("C", "Khu", SQUARE), ("C", "Khu", SQUARE)], {}, "more than once: C"),
        ([("C", "Khu", SQUARE)], {"code_field": "ma"}, "no column ma; the file has"),
        ([("", "Khu", SQUARE)], {}, "row 1: the code or the name is empty"),
        ([("C", "Khu", SQUARE)], {"season_from": "04-01"}, "first and a last day"),
        ([("C", "Khu", SQUARE)], {"crs": "EPSG:999999"}, "is not known"),
        ([("C", "Khu", SQUARE)], {"kind": "band"}, "names which band"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_loaded(db, tmp_path, rows, more, problem):
    path = write(tmp_path / "z.geojson", rows)
    with pytest.raises(CommandError, match=problem):
        run(path, **more)
    assert Zone.objects.count() == 0


def test_only_lines_have_a_side(db, tmp_path):
    path = write(tmp_path / "z.geojson", [("C", "Khu", SQUARE)])
    with pytest.raises(CommandError, match="Only a line"):
        run(path, beyond="left")
