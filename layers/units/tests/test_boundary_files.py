"""Files as they come: systems, formats, real ones, and broken ones."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile

import geopandas
import pytest
import shapely
from django.utils import translation
from scipy.spatial import KDTree

from layers.core.geofiles import GeoFileError
from layers.units import topology
from layers.units.boundaries import columns, outlines, reading, reports, systems

HOME = "EPSG:5897"
PROVINCE = (104.37, 19.3, 106.0, 20.7)
CENTIMETRE = 0.01 / topology.METRES_PER_DEGREE
DISTRICTS = "units/thanh_hoa_districts_27_2022.geojson"
DISTRICTS_MIT = "units/thanh_hoa_districts_27_mit.geojson"
COMMUNES_2009 = "units/thanh_hoa_communes_637_2009.geojson"
COMMUNES = "units/thanh_hoa_communes_166_2025_simplified.geojson"
COMMUNES_FULL = "units/thanh_hoa_communes_166_2025_full.geojson.gz"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def squares() -> geopandas.GeoDataFrame:
    boxes = [
        shapely.box(105.0, 19.8, 105.01, 19.81),
        shapely.box(105.01, 19.8, 105.02, 19.81),
    ]
    frame = {"code": ["1", "2"], "name": ["Xa A", "Xa B"]}
    return geopandas.GeoDataFrame(frame, geometry=boxes, crs=4326)


def load(path, **given):
    table = reading.open_table(path, **given)
    found = outlines.outlines(table, columns.guess(table))
    cleaned = topology.clean([outline.shape for outline in found])
    return found, cleaned, reports.make(found, cleaned, {})


def packed(frame, tmp_path, name="a", prj=True):
    frame.to_file(tmp_path / f"{name}.shp", encoding="UTF-8")
    path = tmp_path / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in tmp_path.glob(f"{name}.*"):
            wanted = {".shp", ".shx", ".dbf", ".cpg", *([".prj"] if prj else [])}
            if part.suffix in wanted:
                archive.write(part, f"folder/{part.name}")
    return path


def test_the_zone_of_the_province_has_its_central_meridian_and_comes_first():
    home = systems.parse(systems.THANH_HOA)
    assert "+lon_0=105 " in home.to_proj4()
    assert "+k=0.9999 " in home.to_proj4()
    codes = [system.code for system in systems.offered()]
    assert codes[:2] == ["EPSG:4326", HOME]
    assert {"EPSG:3405", "EPSG:3406", "EPSG:5896", "EPSG:5899"} <= set(codes)
    assert {f"EPSG:{code}" for code in range(9205, 9219)} <= set(codes)


@pytest.mark.parametrize("code", [s.code for s in systems.offered()])
def test_every_offered_system_brings_a_point_back(code):
    there = systems.transformer(systems.parse(code))
    lon, lat = 105.78, 19.81
    x, y = there.transform(lon, lat, direction="INVERSE")
    back = there.transform(x, y)
    assert back == pytest.approx((lon, lat), abs=CENTIMETRE)


def test_metres_without_a_system_are_told_with_the_zones_that_fit(tmp_path, squares):
    path = packed(squares.to_crs(HOME), tmp_path, prj=False)
    with pytest.raises(GeoFileError, match=r"in metres.*EPSG:5897"):
        reading.open_table(path, target=PROVINCE)
    table = reading.open_table(path, crs=HOME)
    assert table.shapes[0].centroid.x == pytest.approx(105.005, abs=1e-6)
    assert table.crs == "VN-2000 / TM-3 zone 482 (EPSG:5897)"


def test_a_wrong_system_is_told(tmp_path, squares):
    wrong = squares.to_crs(HOME).set_crs(4326, allow_override=True)
    wrong.to_file(tmp_path / "a.gpkg")
    with pytest.raises(GeoFileError, match="metres, not degrees of WGS 84"):
        reading.open_table(tmp_path / "a.gpkg")


def test_exchanged_axes_are_told_and_can_be_turned(tmp_path, squares):
    turned = squares.copy()
    turned.geometry = shapely.transform(squares.geometry.values, lambda p: p[:, ::-1])
    turned.to_file(tmp_path / "a.gpkg")
    with pytest.raises(GeoFileError, match="latitude stands before longitude"):
        reading.open_table(tmp_path / "a.gpkg")
    table = reading.open_table(tmp_path / "a.gpkg", swapped=True)
    assert table.shapes[0].equals(squares.geometry[0])
    metres = squares.to_crs(HOME)
    swapped = shapely.transform(metres.geometry.values, lambda p: p[:, ::-1])
    metres.set_geometry(swapped, crs=HOME).to_file(tmp_path / "b.gpkg")
    with pytest.raises(GeoFileError, match="northing stands before easting"):
        reading.open_table(tmp_path / "b.gpkg")


def test_what_lies_outside_the_country_is_told(tmp_path, squares):
    squares.geometry = squares.translate(-100, 30)
    squares.to_file(tmp_path / "a.gpkg")
    with pytest.raises(GeoFileError, match="outside Viet Nam"):
        reading.open_table(tmp_path / "a.gpkg")


def test_columns_are_guessed_by_name_and_content(tmp_path, squares):
    squares = squares.rename(columns={"code": "MaXa", "name": "TenXa"})
    squares["DanSo"], squares["DienTich"] = [10, 20], [116.0, 116.0]
    squares.to_file(tmp_path / "a.gpkg")
    found = outlines.outlines(
        table := reading.open_table(tmp_path / "a.gpkg"), columns.guess(table)
    )
    assert [o.code for o in found] == ["1", "2"]
    assert [o.population for o in found] == [10, 20]
    assert found[0].published_km2 == pytest.approx(1.16)  # given in ha


BROKEN = {
    "empty.geojson": (b"", "empty"),
    "nothing.geojson": (b'{"type":"FeatureCollection","features":[]}', "no"),
    "text.geojson": (b"Dear all, attached the boundaries.", "not what its name says"),
    "half.geojson": (b'{"type":"FeatureCollection","features":[{', "cannot be read"),
    "virtual.json": (b"<OGRVRTDataSource/>", "not what its name says"),
    "a.gpkg": (b"PK\x03\x04", "not what its name says"),
    "a.dxf": (b"0", "none of"),
    "a.zip": (b"PK\x03\x04 broken", "cannot be read"),
    "a.shp": (b"\x00\x00\x27\x0a" + bytes(96), "pack"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_reason(tmp_path, name):
    body, reason = BROKEN[name]
    (tmp_path / name).write_bytes(body)
    with pytest.raises(GeoFileError, match=reason):
        reading.open_table(tmp_path / name)


def test_a_packed_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"{" + b" " * 2000)
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(b"{" + b" " * 2_000_000))
    for name in ("a.zip", "a.geojson.gz"):
        with pytest.raises(GeoFileError, match="1 GB"):
            reading.open_table(tmp_path / name)


def test_every_bad_row_is_named_with_its_reason(tmp_path, squares):
    box = squares.geometry[0]
    rows = [
        ("1", "Xa A", "5", box),
        ("Xa B co dau", "Xa B", "5", box),
        ("3", "", "5", box),
        ("4", "Xa D", "many", box),
        ("5", "Xa E", "5", None),
        ("6", "Xa F", "5", shapely.Point(105, 19.8)),
        ("7", "Xa G", "-1", box),
        ("1", "Xa H", "5", box),
    ]
    codes, names, people, shapes = zip(*rows, strict=True)
    frame = {"code": codes, "name": names, "people": people}
    made = geopandas.GeoDataFrame(frame, geometry=list(shapes), crs=4326)
    (tmp_path / "a.geojson").write_text(made.to_json())
    table = reading.open_table(tmp_path / "a.geojson")
    wanted = columns.FieldNames(population="people")
    with pytest.raises(outlines.BadRowsError) as caught:
        outlines.outlines(table, wanted)
    told = "\n".join(caught.value.problems)
    for row, reason in (
        (2, "is no code"),
        (3, "empty"),
        (4, "many is no number"),
        (5, "no outline"),
        (6, "a Point has no area"),
        (7, "-1 is no count"),
    ):
        assert any(f"row {row}" in p and reason in p for p in caught.value.problems)
    assert "codes that appear more than once: 1 (rows 1, 8)" in told
    assert len(caught.value.problems) == 7


def test_a_crossing_outline_is_repaired_and_told(tmp_path, squares):
    bow = shapely.Polygon([(105, 19.8), (105.1, 19.9), (105.1, 19.8), (105, 19.9)])
    squares.geometry = [bow, shapely.box(105.2, 19.8, 105.3, 19.9)]
    (tmp_path / "a.geojson").write_text(squares.to_json())
    _found, _cleaned, report = load(tmp_path / "a.geojson")
    assert report["repaired"] == [["1", "Xa A"]]


@pytest.mark.parametrize(
    ("name", "count", "gaps", "cut"),
    [
        (DISTRICTS, 27, 0, 0),
        (DISTRICTS_MIT, 27, None, None),
        (COMMUNES_2009, 637, None, None),
        (COMMUNES, 166, 0, 0),
        (COMMUNES_FULL, 166, 0, 0),
    ],
)
def test_the_real_files_have_no_flaw_over_a_hectare_or_each_is_listed(
    shared_file, name, count, gaps, cut
):
    found, cleaned, report = load(shared_file(name))
    assert len(found) == count
    assert shapely.coverage_is_valid(cleaned.shapes)
    flaws = topology.check(cleaned.shapes, least_m2=10_000).flaws
    assert {flaw.kind for flaw in flaws} <= {"gap"}
    listed = [(flaw["lon"], flaw["lat"]) for flaw in report["left"]["listed"]]
    assert listed == [(flaw.lon, flaw.lat) for flaw in flaws]
    for flaw in report["left"]["listed"] + report["closed"]["listed"]:
        assert flaw["units"]
        assert flaw["ha"] >= 1
    if gaps is not None:
        assert len(report["left"]["listed"]) == gaps
        assert len(report["closed"]["listed"]) == cut


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        (DISTRICTS, "units/thanh_hoa_districts_2022.csv", "gso_code"),
        (DISTRICTS_MIT, "units/thanh_hoa_districts_2022.csv", "gso_code"),
        (COMMUNES, "units/thanh_hoa_communes_166_2025.csv", "code"),
        (COMMUNES_FULL, "units/thanh_hoa_communes_166_2025.csv", "code"),
    ],
)
def test_areas_agree_with_the_facts_or_are_listed(shared_file, name, facts, code):
    found, cleaned, report = load(shared_file(name))
    with shared_file(facts).open(encoding="utf-8-sig") as file:
        known = {row[code]: float(row["area_km2"]) for row in csv.DictReader(file)}
    listed = {area["code"] for area in report["areas"]}
    assert report["areas_compared"] == len(found) == len(known)
    for outline, shape in zip(found, cleaned.shapes, strict=True):
        km2 = topology.area_m2(shape) / 1e6
        far = abs(km2 / known[outline.code] - 1) > 0.005
        assert far == (outline.code in listed), outline.name
    total = sum(topology.area_m2(shape) for shape in cleaned.shapes) / 1e6
    # the drawing of 2009 lacks what lies between its communes
    assert total == pytest.approx(sum(known.values()), rel=0.015)


@pytest.mark.parametrize("name", [DISTRICTS, COMMUNES_2009, COMMUNES, COMMUNES_FULL])
@pytest.mark.parametrize("crs", [HOME, "EPSG:3405", "EPSG:9209"])
def test_the_same_outlines_come_from_every_format_and_zone(
    shared_file, tmp_path, name, crs
):
    body = shared_file(name).read_bytes()
    body = gzip.decompress(body) if name.endswith(".gz") else body
    frame = geopandas.read_file(io.BytesIO(body)).to_crs(crs)
    frame = frame[[c for c in frame.columns if c != "valid_from"]]
    frame.to_file(tmp_path / "a.gpkg")
    straight = reading.open_table(shared_file(name))
    for path in (tmp_path / "a.gpkg", packed(frame, tmp_path)):
        table = reading.open_table(path)
        assert len(table) == len(straight)
        points = shapely.get_coordinates(table.shapes)
        wanted = shapely.get_coordinates(straight.shapes)
        assert len(points) == len(wanted)
        assert KDTree(points).query(wanted)[0].max() < CENTIMETRE
        assert KDTree(wanted).query(points)[0].max() < CENTIMETRE
        areas = shapely.area(table.shapes)
        assert areas == pytest.approx(shapely.area(straight.shapes), rel=1e-6)
