from __future__ import annotations

import pytest

from feeds.simulate.stations import parse_troubles, station_file, uploads
from feeds.station_files.parsing import name_time, parse
from fixtures import Demo
from layers.stations.synthetic import DemoStation

AT = 1_795_000_200.0  # a multiple of five minutes


def rows():
    return Demo().table("stations")


def read(code: str, trouble: str = ""):
    row = next(row for row in rows() if row["code"] == code)
    body = station_file(DemoStation.of(row), AT, trouble)
    assert body is not None
    parsed = parse(body, AT + 20)
    assert not parsed.bad, parsed.bad
    return {line.symbol: line for line in parsed.lines}


def test_every_station_writes_files_that_the_feed_reads_without_a_remark():
    files = uploads(rows(), AT, {})
    assert len(files) == 58  # two are silent
    for upload in files:
        name = upload.path.rsplit("/", 1)[-1]
        parsed = parse(upload.body, AT + 20, name)
        assert not parsed.bad
        assert name_time(name) == AT
        assert not any(line.warnings for line in parsed.lines)


def test_the_same_moment_gives_the_same_file():
    assert uploads(rows(), AT, {}) == uploads(rows(), AT, {})


def test_troubles_show_in_the_file():
    code = "TH_HACTHANH_NUOCTHAI"
    assert read(code)["COD"].value < 150 < read(code, "exceed")["COD"].value
    assert {line.status for line in read(code, "calibration").values()} == {1}
    assert {line.status for line in read(code, "fault").values()} == {2}
    river = "TH_GIANG_MUCNUOC"
    assert read(river, "flood")["Level"].value > 6.5 > read(river)["Level"].value
    assert len(uploads(rows(), AT, {code: "silence"})) == 57


def test_a_trouble_nobody_knows_is_refused():
    assert parse_troubles(["A=spike"]) == {"A": "spike"}
    with pytest.raises(ValueError, match="exceed"):
        parse_troubles(["A=earthquake"])
