"""Boundaries from files: reference systems, repair, dates, and the real ones."""

from __future__ import annotations

import re
from datetime import date
from io import StringIO

import geopandas
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from layers.units import topology
from layers.units.boundaries import outlines
from layers.units.models import Unit

VN2000_THANH_HOA = "EPSG:5897"  # VN-2000 / TM-3, central meridian 105 00
WARD = (
    "Ph\N{LATIN SMALL LETTER U WITH HORN}\N{LATIN SMALL LETTER O WITH HORN AND GRAVE}ng"
)


@pytest.fixture(autouse=True)
def _files_of_a_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def squares() -> geopandas.GeoDataFrame:
    """Two neighbours of about 1 km², in WGS 84."""
    boxes = [
        shapely.box(105.0, 19.8, 105.01, 19.81),
        shapely.box(105.01, 19.8, 105.02, 19.81),
    ]
    frame = {"code": ["1", "2"], "name": [f"{WARD} A", "B"]}
    return geopandas.GeoDataFrame(frame, geometry=boxes, crs=4326)


def run(path, *args: str) -> str:
    out = StringIO()
    call_command("import_units", str(path), *args, stdout=out)
    return out.getvalue()


COMMUNES_2025 = ("--kind", "commune", "--valid-from", "2025-07-01")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("u.geojson", 4326),  # always WGS 84, by RFC 7946
        ("u.gpkg", 4326),
        ("u.gpkg", VN2000_THANH_HOA),
        ("u.shp", 4326),
        ("u.shp", VN2000_THANH_HOA),
    ],
)
def test_units_come_from_each_format_and_reference_system(tmp_path, squares, name, crs):
    squares.to_crs(crs).to_file(tmp_path / name)
    assert "2 new units" in run(tmp_path / name, *COMMUNES_2025)
    unit = Unit.objects.get(code="1")
    assert unit.type == "ward"
    assert unit.area_km2 == pytest.approx(1.16, abs=0.01)
    assert unit.geom.extent == pytest.approx((105.0, 19.8, 105.01, 19.81), abs=1e-6)
    assert unit.geom.contains(unit.seat)
    assert not unit.schematic


@pytest.mark.django_db
def test_a_wrong_reference_system_in_the_file_can_be_overruled(tmp_path, squares):
    wrong = squares.to_crs(VN2000_THANH_HOA).set_crs(32648, allow_override=True)
    wrong.to_file(tmp_path / "u.gpkg")
    run(tmp_path / "u.gpkg", *COMMUNES_2025, "--crs", VN2000_THANH_HOA)
    assert Unit.objects.get(code="1").geom.centroid.x == pytest.approx(
        105.005, abs=1e-5
    )


@pytest.mark.django_db
def test_a_second_import_keeps_the_units_and_makes_new_versions(tmp_path, squares):
    path = tmp_path / "u.gpkg"
    squares.to_file(path)
    run(path, *COMMUNES_2025)
    first = Unit.objects.get(code="1")
    squares.geometry = squares.geometry.scale(1.1, 1.1)
    squares.to_file(path)
    assert "0 new units, 2 new outlines" in run(path, *COMMUNES_2025)
    again = Unit.objects.get(code="1")
    assert (again.pk, again.geometry_version) == (first.pk, 2)


@pytest.mark.django_db
def test_replacing_ends_the_old_units_the_day_before(tmp_path, squares):
    squares.to_file(tmp_path / "u.gpkg")
    run(tmp_path / "u.gpkg", "--kind", "commune", "--valid-from", "2009-04-01")
    with pytest.raises(CommandError, match="--replace"):
        run(tmp_path / "u.gpkg", *COMMUNES_2025)
    assert "2 new units, 0 new outlines, 2 units ended" in run(
        tmp_path / "u.gpkg", *COMMUNES_2025, "--replace"
    )
    spans = Unit.objects.filter(code="1").order_by("valid_from")
    assert [(u.valid_from, u.valid_to) for u in spans] == [
        (date(2009, 4, 1), date(2025, 6, 30)),
        (date(2025, 7, 1), None),
    ]


@pytest.mark.django_db
def test_a_dry_run_reports_and_changes_nothing(tmp_path, squares):
    squares.to_file(tmp_path / "u.gpkg")
    assert "2 new units" in run(tmp_path / "u.gpkg", *COMMUNES_2025, "--dry-run")
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_what_is_wrong_with_a_file_is_said(tmp_path, squares):
    squares.to_file(tmp_path / "u.gpkg")
    with pytest.raises(CommandError, match="no column gso; the file has: code, name"):
        run(tmp_path / "u.gpkg", *COMMUNES_2025, "--code-field", "gso")
    squares["code"] = "1"
    squares.to_file(tmp_path / "twice.gpkg")
    with pytest.raises(CommandError, match="more than once: 1"):
        run(tmp_path / "twice.gpkg", *COMMUNES_2025)
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "absent.gpkg", *COMMUNES_2025)


def test_a_bow_tie_is_repaired_without_losing_area():
    bow = shapely.Polygon([(105, 19), (105.1, 19.1), (105.1, 19), (105, 19.1)])
    fixed = topology.repair(bow)
    assert fixed.is_valid
    assert fixed.area == pytest.approx(0.005)
    with translation.override("en"), pytest.raises(ValueError, match="no area"):
        topology.repair(shapely.LineString([(105, 19), (106, 20)]))


def test_overlaps_and_gaps_are_found_with_place_and_size():
    ring = shapely.box(105, 19, 105.03, 19.03) - shapely.box(
        105.01, 19.01, 105.02, 19.02
    )
    over = shapely.box(105.029, 19, 105.05, 19.03)
    found = {flaw.kind: flaw for flaw in topology.check([ring, over]).flaws}
    assert found["gap"].area_m2 == pytest.approx(1052 * 1107, rel=0.01)
    assert found["overlap"].units == (0, 1)
    assert found["overlap"].lon == pytest.approx(105.0295)


def test_the_type_is_read_from_the_first_words():
    assert outlines.type_of(f"{WARD} X") == "ward"
    assert outlines.type_of("Xa Xuan Lap") == "commune"
    assert outlines.type_of("Thi tran Ngoc Lac") == "township"
    assert outlines.type_of("Xanh") == ""


@pytest.mark.django_db
def test_the_real_outlines_load_and_say_where_areas_differ(province, shared_file):
    text = run(
        shared_file("units/thanh_hoa_districts_27_2022.geojson"),
        *("--kind", "district", "--valid-from", "2022-01-01", "--update"),
        *("--code-field", "gso_code"),
    )
    assert "0 new units, 27 new outlines" in text
    assert "0 gaps and overlaps left from 1 ha" in text
    text = run(
        shared_file("units/thanh_hoa_communes_166_2025_simplified.geojson"),
        *COMMUNES_2025,
        *("--parent-field", "old_district_code"),
    )
    assert "0 new units, 166 new outlines, 0 units ended" in text
    assert "repaired" not in text
    listed = re.findall(r"^area of (.*): outline (.*) km², published", text, re.M)
    communes = {u.title: u for u in Unit.objects.filter(kind="commune")}
    total = sum(topology.area_m2(shape_of(u)) for u in communes.values()) / 1e6
    assert total == pytest.approx(11_114.7, rel=0.005)
    # most agree with the published land areas to half a percent
    assert 0 < len(listed) < len(communes) / 2
    assert all(communes[name].area_km2 != float(area) for name, area in listed)


def shape_of(unit: Unit) -> shapely.Geometry:
    return shapely.from_wkb(bytes(unit.geom.wkb))


@pytest.mark.django_db
def test_the_637_communes_of_2009_load_beside_todays(province, shared_file):
    text = run(
        shared_file("units/thanh_hoa_communes_637_2009.geojson"),
        *("--kind", "commune", "--valid-from", "2009-04-01"),
        *("--valid-to", "2019-12-31", "--code-field", "src_id"),
        *("--name-field", "commune", "--parent-field", "district_code_2022"),
    )
    assert "637 new units" in text
    assert Unit.objects.filter(kind="commune").count() == 637 + 166
