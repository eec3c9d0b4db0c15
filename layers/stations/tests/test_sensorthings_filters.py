"""SensorThings: ``$filter`` and its mistakes."""

from __future__ import annotations

import pytest

from .test_sensorthings_reading import get, results, world

__all__ = ["get", "world"]

COUNTS = {
    "Things": {
        "name eq 'Station TH_ONE'": 1,
        "id in (1, 2) or id gt 0": 2,
        "startswith(name, 'Station') and endswith(name, 'TWO')": 1,
        "substringof('ONE', name)": 1,
        "contains(tolower(name), 'th_')": 2,
        "length(name) eq 14": 2,
        "indexof(name, 'TH') eq 8": 2,
        "substring(name, 8) eq 'TH_ONE'": 1,
        "substring(name, 8, 2) eq 'TH'": 2,
        "concat(name, '!') eq 'Station TH_ONE!'": 1,
        "trim(toupper(name)) eq 'STATION TH_ONE'": 1,
        "not (name eq 'Station TH_ONE')": 1,
        "properties/code eq 'TH_ONE'": 1,
        "properties/unitId lt 2": 1,
        "properties/nothing eq null": 2,
        "Datastreams/ObservedProperty/name eq 'pH'": 1,
        "Datastreams/unitOfMeasurement/symbol eq 'mg/L'": 1,
        "Datastreams/Observations/result gt 98": 1,
        "geo.distance(Locations/location, geography'POINT (105.8 19.8)') lt 0.001": 2,
        "st_within(Locations/location, geography'POLYGON ((105 19, 106 19, 106 20,"
        " 105 20, 105 19))')": 2,
        "geo.intersects(Locations/location, geography'POINT (1 1)')": 0,
    },
    "Observations": {
        "result gt 42": 4,
        "result ge 42 and result lt 44": 2,
        "result add 1 eq 43 or result sub 1 eq 49": 2,
        "result mul 2 eq 84 or result div 2 eq 22 or result mod 10 eq 9": 3,
        "round(result) eq 50 and floor(result) eq 50 and ceiling(result) eq 50": 1,
        "-result lt -90": 1,
        "resultQuality/result eq 3": 1,
        "parameters/status eq 1": 1,
        "parameters/rawValue eq 41": 1,
        "Datastream/Thing/properties/code eq 'TH_TWO'": 2,
        "Datastream/ObservedProperty/name eq 'pH' or result eq 50": 2,
        "phenomenonTime eq 2026-11-20T12:00:00Z": 3,
        "phenomenonTime add duration'PT5M' gt 2026-11-20T12:20:00Z": 1,
        "phenomenonTime gt now() sub duration'P36500D'": 8,
        "during(phenomenonTime, 2026-11-20T12:00:00Z/2026-11-20T12:06:00Z)": 5,
        "before(phenomenonTime, 2026-11-20T12:05:00Z)": 3,
        "after(phenomenonTime, 2026-11-20T12:10:00Z)": 2,
        "year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 11": 8,
        "hour(phenomenonTime) eq 12 and minute(phenomenonTime) eq 20": 1,
        "date(phenomenonTime) eq 2026-11-20": 8,
        "time(phenomenonTime) lt 12:05:00": 3,
        "phenomenonTime lt maxdatetime() and phenomenonTime gt mindatetime()": 8,
        "FeatureOfInterest/name eq 'Station TH_ONE'": 6,
        "resultTime gt phenomenonTime": 8,
    },
    "Datastreams": {
        "phenomenonTime gt 2026-11-20T11:00:00Z": 3,
        "phenomenonTime lt 2026-11-20T12:10:00Z": 2,
        "overlaps(phenomenonTime, 2026-11-20T12:15:00Z/2026-11-20T13:00:00Z)": 1,
        "Thing/Locations/name eq 'Station TH_TWO'": 1,
        "Sensor/name eq 'UV probe Acme'": 1,
        "unitOfMeasurement/definition ne null": 3,
    },
}


@pytest.mark.parametrize(
    ("path", "text"), [(path, text) for path, texts in COUNTS.items() for text in texts]
)
def test_a_filter_keeps_just_the_right_rows(world, get, path, text):
    page = get(path, _filter=text, _count="true")
    assert len(page["value"]) == page["@iot.count"] == COUNTS[path][text]


def test_an_id_made_of_series_and_time_can_be_compared(world, get):
    entries = get("Observations", _orderby="id")["value"]
    middle = entries[3]["@iot.id"]
    for sign, count in (
        ("eq", 1),
        ("ne", 7),
        ("lt", 3),
        ("le", 4),
        ("gt", 4),
        ("ge", 5),
    ):
        page = get("Observations", _filter=f"id {sign} {middle}", _count="true")
        assert (len(page["value"]), page["@iot.count"]) == (count, count), sign


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("nme eq 'x'", 1, "no 'nme'"),
        ("name eq 'x", 9, "never closed"),
        ("name eq", 8, "the end"),
        ("name = 'x'", 6, "'='"),
        ("name eq 5", 6, "a text is compared with a number"),
        ("(name eq 'x'", 13, "')'"),
        ("name eq 'x') ", 12, "an operator"),
        ("foo(name)", 1, "no function 'foo'"),
        ("substringof(name)", 1, "takes 2 arguments"),
        ("length(id) eq 1", 8, "needs a text"),
        ("name", 1, "a condition"),
        ("Datastreams eq 1", 1, "name a property"),
        ("name/x eq 1", 1, "nothing inside"),
        ("id gt null", 4, "only eq and ne"),
        ("geo.length('x') eq 1", 12, "a geometry"),
        ("st_within(Locations/location, geography'POINT (x)') ", 31, ""),
        ("Datastreams/phenomenonTime gt 2026-11-20T12:00:00", 31, "zone"),
        ("Datastreams/phenomenonTime gt 2026-13-20T12:00:00Z", 31, "month"),
        ("not not not name", 13, "a condition"),
        ("(" * 40 + "id eq 1" + ")" * 40, 31, "deeply"),
        ("name in ()", 10, "a value"),
        ("id eq 99999999999999999999999999999", 0, None),
    ],
)
def test_a_mistake_is_named_with_its_place(world, get, text, place, words):
    if words is None:
        assert results_of(get("Things", _filter=text)) == []
        return
    told = get("Things", status=400, _filter=text)
    assert told["code"] == 400
    assert words in told["message"]
    assert f"$filter, character {place}:" in told["message"]


def results_of(page):
    return page["value"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"_top": "-1"}, "$top"),
        ({"_top": "x"}, "$top"),
        ({"_skip": "99999999"}, "$skip"),
        ({"_count": "yes"}, "$count"),
        ({"_select": "nme"}, "$select, character 1"),
        ({"_expand": "Nothing"}, "$expand, character 1"),
        ({"_expand": "Datastreams($top)"}, "$expand, character 13"),
        ({"_expand": "Datastreams($top=1"}, "$expand"),
        ({"_orderby": "name up"}, "$orderby, character 6"),
        ({"_orderby": "nme"}, "$orderby, character 1"),
        ({"_format": "xml"}, "unknown option"),
        ({"_resultFormat": "XML"}, "$resultFormat"),
        ({"_skiptoken": "1.2"}, "$skiptoken"),
        ({"_expand": "/".join(["Datastreams/Thing"] * 5)}, "levels"),
    ],
)
def test_options_that_mean_nothing_are_refused(world, get, options, words):
    assert words in get("Things", status=400, **options)["message"]


def test_a_token_of_somebody_else_is_refused(world, get):
    get("Observations", status=400, _skiptoken="x.y")
    get("Observations", status=400, _skiptoken="1." + "9" * 60)


def test_values_with_quotes_and_marks_are_only_values(world, get):
    text = "name eq 'x'' OR true; DROP TABLE stations_station; -- %s {0} %%'"
    assert get("Things", _filter=text)["value"] == []
    assert results(get("Observations", _filter="result eq 50")) == [50.0]
