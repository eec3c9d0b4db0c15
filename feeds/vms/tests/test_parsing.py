"""What each format is read as; whatever comes in, nothing raises."""

from __future__ import annotations

import io
import math
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl import Workbook

from feeds.vms import naf
from feeds.vms.config import check, settings_of
from feeds.vms.fields import ALIASES
from feeds.vms.reading import Entry, entries
from layers.vessels.flags import Flag

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC).timestamp()
FIVE = datetime(2026, 11, 22, 5, tzinfo=UTC).timestamp()


def read(body: bytes | str, config: dict | None = None, form: str = "") -> list[Entry]:
    raw = body.encode() if isinstance(body, str) else body
    chosen = settings_of(config)
    return list(entries(raw, settings=chosen, provider="p", received_at=NOW, form=form))


def one(body: bytes | str, config: dict | None = None):
    (entry,) = read(body, config)
    assert entry.report is not None, entry
    return entry.report


PERIODIC = "POS,12,BA-1,050000,A,1912.3450,N,10545.1230,E,7.5,123.0,221126"


def test_a_periodic_report_is_read_in_the_order_of_the_notice():
    found = one(PERIODIC)
    assert (found.key, found.at, found.sequence) == ("vms:p:BA-1", FIVE, "12")
    assert found.lat == pytest.approx(19 + 12.345 / 60)
    assert found.lon == pytest.approx(105 + 45.123 / 60)
    assert (found.speed_kn, found.course_deg) == (7.5, 123.0)
    assert math.isnan(found.error_m)
    assert found.flags == 0


def test_widths_and_forms_of_a_provider_are_settings():
    layout = {
        "widths": [3, 4, 6, 6, 1, 9, 1, 10, 1, 5, 5, 8],
        "coordinates": "decimal",
        "date": "%Y%m%d",
        "timezone": "Asia/Ho_Chi_Minh",
        "speed_unit": "kmh",
    }
    line = "POS0012BA0001120000A 19.20575N 105.75205E018.5123.020261122"
    found = one(line, {"national": layout})
    assert found.device == "BA0001"
    assert found.at == FIVE
    assert found.lat == 19.20575
    assert found.speed_kn == pytest.approx(18.5 / 1.852)


def test_state_v_is_flagged_and_kept_with_or_without_a_place():
    found = one(PERIODIC.replace(",A,", ",V,"))
    assert found.flags == Flag.NO_FIX
    empty = one("POS,1,BA-1,050000,V,,,,,0.0,0.0,221126")
    assert empty.flags == Flag.NO_FIX | Flag.NOWHERE


def test_an_sos_is_a_distress_and_a_request_holds_no_position():
    found = one("SOS,BA-1,1912.3450,N,10545.1230,E,221126,050000")
    assert found.sos
    assert found.at == FIVE
    listed = read("IMG,BA-1,turn back\nREQ,BA-1,7,secret\n")
    assert [(e.idle, e.reason) for e in listed] == [
        (True, "message"),
        (True, "request"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("POS,12,BA-1", "fields_missing"),
        (PERIODIC + ",more", "fields_too_many"),
        (PERIODIC.replace("1912.3450", "1972.3450"), "out_of_range"),
        (PERIODIC.replace("10545.1230,E", "18545.1230,E"), "out_of_range"),
        (PERIODIC.replace(",N,", ",Q,"), "bad_side"),
        (PERIODIC.replace("050000", "256000"), "bad_time"),
        (PERIODIC.replace("221126", "221226"), "time_ahead"),
        (PERIODIC.replace("BA-1", ""), "no_device"),
        (PERIODIC.replace("7.5", "fast"), "not_a_number"),
        (PERIODIC.replace(",A,", ",Z,"), "bad_state"),
        (f"${PERIODIC}*00", "checksum"),
        ("POS,1,BA-1,050000,A,,,,,0.0,0.0,221126", "no_position"),
    ],
)
def test_a_bad_line_is_refused_by_name_and_the_others_are_taken(line, reason):
    bad, good = read(f"{line}\n{PERIODIC}\n")
    assert (bad.number, bad.reason) == (1, reason)
    assert bad.report is None
    assert good.number == 2
    assert good.report is not None


NAF = (
    "//SR//AD/VNM//FR/ESP//TM/POS//SQ/41//RC/ABCD//NA/SAO BIEN//XR/TH-90001-TS"
    "//IR/VNMZU-123456//DA/20261122//TI/0500//LT/19.222//LG/105.333//SP/75//CO/120"
    "//QQ/whatever//ER//"
)


def test_naf_is_read_with_its_units_and_precision():
    found = one(NAF)
    assert found.device == "ZU-123456"
    assert found.registration == "TH-90001-TS"
    assert (found.name, found.call_sign) == ("SAO BIEN", "ABCD")
    assert (found.lat, found.lon, found.at) == (19.222, 105.333, FIVE)
    assert (found.speed_kn, found.course_deg) == (7.5, 120)
    assert found.error_m == pytest.approx(111, abs=1)
    assert found.flags == Flag.COARSE
    assert naf.fields_of(NAF)["QQ"] == "whatever"


def test_the_order_of_naf_fields_means_nothing():
    inner = NAF.removeprefix("//SR//").removesuffix("//ER//").split("//")
    turned = "//SR//" + "//".join(reversed(inner)) + "//ER//"
    assert one(turned) == one(NAF)


def test_naf_in_degrees_and_minutes_is_good_to_a_mile():
    found = one(NAF.replace("LT/19.222//LG/105.333", "LA/S1913//LO/W10520"))
    assert found.lat == pytest.approx(-19 - 13 / 60)
    assert found.lon == pytest.approx(-105 - 20 / 60)
    assert found.error_m == pytest.approx(1853, abs=1)


def test_a_naf_report_by_a_person_is_marked():
    assert one(NAF.replace("TM/POS", "TM/MAN")).flags & Flag.MANUAL


@pytest.mark.parametrize(
    ("change", "reason", "number"),
    [
        (("TM/POS//", ""), "no_type", 104),
        (("LT/19.222", "LT/95.222"), "out_of_range", 102),
        (("DA/20261122", "DA/20261322"), "bad_time", 102),
        (("TI/0500", "TI/5"), "bad_time", 102),
        (("DA/20261122", "DA/20261123"), "time_ahead", 151),
        (("LT/19.222//", ""), "no_position", 104),
        (("SP/75", "SP/7.5"), "not_a_number", 102),
        (("SQ/41", "SQ41"), "unreadable", 101),
    ],
)
def test_a_bad_naf_message_is_refused_with_its_number(change, reason, number):
    message = NAF.replace(*change)
    (entry,) = read(message)
    assert entry.reason == reason, entry
    told = naf.answer(message, "VNM", reason, datetime(2026, 11, 22, 6, tzinfo=UTC))
    assert f"//RS/NAK//RE/{number}//ER//" in told


def test_naf_is_acknowledged_to_its_sender_with_its_sequence():
    told = naf.answer(NAF, "VNM", "", datetime(2026, 11, 22, 6, tzinfo=UTC))
    assert told == (
        "//SR//AD/ESP//FR/VNM//TM/RET//SQ/41//RD/20261122//RT/0600//RS/ACK//ER//"
    )


def test_text_between_naf_messages_is_refused_and_loses_nothing():
    listed = read(f"{NAF}\nrubbish\n{NAF}//SR//TM/POS")
    assert [e.reason for e in listed] == ["", "unreadable", "", "unreadable"]


JSON = (
    '{"deviceId": "V1", "lat": 19.12345, "lng": 105.5, "time": "2026-11-22T12:00:00"}'
)


def test_json_comes_as_object_array_or_lines_with_local_times():
    assert one(JSON).at == FIVE
    assert len(read(f"[{JSON}, {JSON}]")) == 2
    listed = read(f"{JSON}\nnot json\n{JSON}")
    assert [e.reason for e in listed] == ["", "not_json", ""]
    assert [e.number for e in listed] == [1, 2, 3]


def test_a_provider_s_own_names_are_settings():
    config = {
        "json": {
            "items": "data.list",
            "names": {"device": "box.no", "at": "t", "lat": "p.a", "lon": "p.o"},
        }
    }
    body = (
        '{"data": {"list": [{"box": {"no": 77}, "t": 1795323600000,'
        ' "p": {"a": 19.5, "o": 105.25}}]}}'
    )
    found = one(body, config)
    assert (found.device, found.at, found.lon) == ("77", 1795323600.0, 105.25)


CSV = (
    "Mã thiết bị;Số hiệu tàu;Thời gian;Vĩ độ;Kinh độ;Tốc độ\n"
    "VSS-1;TH-90001-TS;22/11/2026 12:00;19,12345;105,54321;7,5\n"
    "VSS-2;TH-90002-TS;31/02/2026 12:00;19,5;105,5;3\n"
    "VSS-3;;22/11/2026 12:00;1912,345;10545,123;3\n"
)


def test_a_table_in_vietnamese_with_commas_and_days_first():
    first, bad, third = read(CSV)
    assert first.report.at == FIVE
    assert (first.report.lat, first.report.speed_kn) == (19.12345, 7.5)
    assert first.report.registration == "TH-90001-TS"
    assert bad.reason == "bad_time"
    assert bad.detail.startswith("row 3, column Thời gian: ")
    assert third.report.lat == pytest.approx(19 + 12.345 / 60)


def workbook(rows: list[list]) -> bytes:
    book = Workbook()
    book.active.title = "Ghi chú"
    book.active.append(["nothing here"])
    sheet = book.create_sheet("Vị trí")
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_names_sheet_row_and_column_of_what_is_wrong():
    body = workbook(
        [
            ["Vị trí tàu cá"],
            ["Device ID", "Date", "Time", "Latitude", "Longitude"],
            ["V1", datetime(2026, 11, 22), "12:00", 19.12345, 105.5],  # noqa: DTZ001
            ["V2", datetime(2026, 11, 22), "12:00", "north", 105.5],  # noqa: DTZ001
        ]
    )
    good, bad = read(body)
    assert good.report.at == FIVE
    assert bad.detail.startswith("sheet Vị trí, row 4, column Latitude: ")


def test_a_file_without_headings_or_broken_says_so():
    assert [e.reason for e in read(workbook([["a", "b"]]))] == ["no_headings"]
    assert [e.reason for e in read(b"PK\x03\x04rubbish")] == ["unreadable_file"]


def test_times_before_1970_are_times():
    body = "VE_REF,SI_LATI,SI_LONG,SI_DATE,SI_TIME\n10,51.4,3.5,04/05/1800,13:32: 0\n"
    found = one(body, {"timezone": "UTC"})
    assert datetime.fromtimestamp(found.at, UTC) == datetime(
        1800, 5, 4, 13, 32, tzinfo=UTC
    )


def test_settings_that_make_no_sense_are_refused_in_words():
    with pytest.raises(ValueError, match=r"national.*widths"):
        check({"national": {"widths": [1, 2]}})
    with pytest.raises(ValueError, match="no such time zone: Moon"):
        check({"timezone": "Moon"})
    with pytest.raises(ValueError, match="unknown fields: lenght"):
        check({"json": {"names": {"lenght": "x"}}})
    check({})


def test_the_same_fix_in_two_formats_is_one():
    by_json = one(
        '{"id": "BA-1", "lat": 19.205785, "lon": 105.752078,'
        ' "at": "2026-11-22T05:00:00Z", "speed": 7.5, "course": 123}'
    )
    line = PERIODIC.replace("12.3450", "12.3471").replace("45.1230", "45.1247")
    assert by_json.digest == one(line).digest


ALPHABET = some.sampled_from(
    [*"0123456789.,:-+/*$NSEWAV \n", "//", "//SR//", "//ER//", "POS", "SOS", "é", "\0",
     "TM/POS", "LT/", "LG/", "DA/20261122", "TI/0500", "IR/VNM1", "١٢", "９"]
)  # fmt: skip


@settings(max_examples=300)
@given(some.lists(ALPHABET, max_size=60), some.sampled_from(["naf", "national", ""]))
def test_no_text_makes_a_parser_raise(parts, form):
    for entry in read("".join(parts), form=form):
        assert entry.report is not None or entry.reason


@settings(max_examples=200)
@given(
    some.binary(max_size=200),
    some.sampled_from(["naf", "national", "json", "table", ""]),
)
def test_no_bytes_make_a_parser_raise(body, form):
    for entry in read(body, form=form):
        assert entry.report is not None or entry.reason


VALUES = some.one_of(
    some.none(), some.booleans(), some.integers(), some.floats(), some.text(max_size=12)
)


@settings(max_examples=200)
@given(
    some.dictionaries(
        some.sampled_from([name for names in ALIASES.values() for name in names]),
        VALUES | some.lists(VALUES, max_size=2),
        max_size=8,
    )
)
def test_no_object_makes_the_mapping_raise(entry):
    from feeds.vms import objects
    from feeds.vms.record import BadReport, checked

    with suppress(BadReport):
        checked(objects.read(entry, settings_of({}), "p"), NOW)


@settings(max_examples=40)
@given(
    some.lists(
        some.lists(some.text(max_size=8) | some.floats(allow_nan=False), max_size=6),
        min_size=1,
        max_size=4,
    )
)
def test_no_headings_of_a_csv_make_the_reader_raise(rows):
    head = "id;time;lat;lon\n"
    text = head + "\n".join(";".join(map(str, row)) for row in rows)
    for entry in read(text, form="table"):
        assert entry.report is not None or entry.reason
