from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from feeds.core.configs import settings_of
from feeds.tables.config import Mapping, Pushed
from feeds.tables.reading import Unreadable, figures, rows

WIDE = Mapping(
    columns={"unit": "MA", "period": "KY", "vintage": "LOAI"},
    wide={"KT05": "THU", "KT04:services": "DV"},
    vintages={"UOC": "estimate"},
    periods=r"(?P<month>\d{2})/(?P<year>\d{4})",
    decimal=",",
)


def read(body: bytes, mapping: Mapping) -> list[tuple[int, str, str, str]]:
    return [
        (row.number, column, f"{raw.indicator}:{raw.facet}", str(raw.value))
        for row in rows(body, mapping)
        for column, raw in figures(row, mapping)
    ]


def test_one_column_for_each_indicator_and_blank_means_not_reported():
    body = "\ufeffMA;KY;LOAI;THU;DV\r\n380;11/2024;UOC;1234,5;\r\n\r\n381;Q4;X;;2\r\n"
    found = [
        (row.number, column, raw)
        for row in rows(body.encode(), WIDE)
        for column, raw in figures(row, WIDE)
    ]
    (first, column, raw), (last, other, rest) = found
    assert (first, column, raw.indicator, raw.facet) == (2, "THU", "KT05", "")
    assert (raw.value, raw.period, raw.vintage) == ("1234.5", "2024-11", "estimate")
    assert (last, other, rest.indicator, rest.facet) == (4, "DV", "KT04", "services")
    assert (rest.period, rest.vintage) == ("Q4", "X"), "the catalogue refuses these"


def test_json_arrays_objects_and_lines_are_the_same_rows():
    long = Mapping(records="data.rows", columns={"unit": "u.code", "value": "v"})
    one = b'{"u": {"code": "38"}, "indicator": "KT01", "period": "2024", "v": 7.01}'
    wanted = [(1, "v", "KT01:", "7.01")]
    assert read(b'{"data": {"rows": [' + one + b"]}}", long) == wanted
    bare = long.model_copy(update={"records": ""})
    assert read(one, bare) == wanted
    assert read(b"[" + one + b"]", bare) == wanted
    assert read(one + b"\n\n" + one, bare) == [*wanted, (3, *wanted[0][1:])]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"  \n", "empty"),
        (b'{"data": 1}', "no_records"),
        (b"[1, 2]", "no_records"),
        (b'[{"a": 1}', "bad_json"),
        (b'{"a": 1}\n{', "bad_json"),
        (b"MA;KY\n380;11/2024", "no_column"),
        (b"MA;MA;KY;LOAI;THU;DV\n", "heads_twice"),
        (b"MA;KY;LOAI;THU;DV\n1;2;3;4;5;6\n", "too_many_cells"),
        (b'MA;KY;LOAI;THU;DV\n"1;2;3;4;5\n', "bad_csv"),
        ("MÃ".encode("utf-16"), "bad_encoding"),
        (b"x" * 20_000_001, "too_large"),
    ],
)
def test_a_document_that_cannot_be_read_says_why(body, reason):
    mapping = WIDE.model_copy(update={"records": "data"}) if b"data" in body else WIDE
    with pytest.raises(Unreadable) as caught:
        list(rows(body, mapping))
    assert caught.value.reason == reason


@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(body):
    try:
        for row in rows(body, WIDE):
            list(figures(row, WIDE))
    except Unreadable as bad:
        assert bad.reason  # noqa: PT017  (most bytes are a table of one column)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"columns": {"units": "x"}}, "unknown: units"),
        ({"wide": {"a code that is too long": "x"}}, "no code"),
        ({"periods": "("}, "periods"),
        ({"periods": r"\d+"}, "year"),
        ({"encoding": "tcvn"}, "not known"),
        ({"colums": {}}, "colums"),
    ],
)
def test_settings_nobody_could_use_are_refused_by_name(config, words):
    with pytest.raises(ValueError, match=words):
        settings_of(config, Pushed)
