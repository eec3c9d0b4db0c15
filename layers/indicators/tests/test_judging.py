from __future__ import annotations

import csv
from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fixtures import Demo
from layers.indicators import judging
from layers.indicators.bandtext import BandError, parse

FACTS = Demo().table("indicators")


@dataclass
class Measured:
    """What judging reads of an indicator."""

    green: str = ""
    amber: str = ""
    red: str = ""
    unit: str = "%"
    bands_for: str = ""
    parts: list[str] = field(default_factory=list)


def of_catalogue(code: str, **changed) -> Measured:
    row = next(row for row in FACTS if row["code"] == code)
    names = ("green", "amber", "red", "unit")
    return Measured(**{name: row[name] for name in names} | changed)


def judged(code: str, value: float, **known):
    indicator = of_catalogue(code, **known.pop("changed", {}))
    known = {"level": "district", "measure": indicator.unit} | known
    return judging.judge(indicator, value, **known)


def status(code: str, value: float, **known):
    verdict = judged(code, value, **known)
    return verdict and verdict.status


@pytest.mark.parametrize("row", FACTS, ids=[row["code"] for row in FACTS])
def test_every_band_of_the_catalogue_can_be_read(row):
    found = judging.bands(row["green"], row["amber"], row["red"])
    assert len(found.bands) == sum(bool(row[n]) for n in ("green", "amber", "red"))
    assert found.named <= {
        *("plan", "pro-rata", "yoy", "national", "mean", "cut", "limit"),
        *("I", "II", "III"),
    }


def test_the_seed_of_112_indicators_has_bands_that_can_be_read(shared_file):
    text = shared_file("indicators/ioc_indicator_seed.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 112
    for row in rows:
        judging.bands(row["green"], row["amber"], row["red"])


@pytest.mark.parametrize(
    ("value", "bands", "expected"),
    [
        (98, (">=98", "90-98", "<90"), "green"),
        (97.9, (">=98", "90-98", "<90"), "amber"),
        (90, (">=98", "90-98", "<90"), "amber"),
        (89.99, (">=98", "90-98", "<90"), "red"),
        (0, ("0", "1-5", ">5"), "green"),
        (6, ("0", "1-5", ">5"), "red"),
        (7.2, ("6-9 (A)", "5.5-6", "<5.5 or >9"), "green"),
        (9.3, ("6-9 (A)", "5.5-6", "<5.5 or >9"), "red"),
        (1, ("0", "", ">=1"), "red"),
        (50, ("", "", ""), None),
        (0.5, ("0", "1-3", ">3"), None),
        (11, ("<=1", "1-2", ">2; flood >10"), "red"),
        (60, ("<50/24h", "50-100", ">100"), "amber"),
    ],
)
def test_a_value_lies_in_its_band(value, bands, expected):
    found = judging.judge(Measured(*bands), value, level="district", measure="%")
    assert (found and found.status) == expected


@pytest.mark.parametrize(
    ("code", "value", "known", "expected"),
    [
        ("KT01", 11.5, {"plan": 11.5}, "green"),
        ("KT01", 10.35, {"plan": 11.5}, "amber"),
        ("KT01", 10.34, {"plan": 11.5}, "red"),
        ("KT03", 2850, {"plan": 3000}, "amber"),
        ("KT05", 900, {"pace": 1000}, "amber"),
        ("KT06", 900, {"pace": 1000}, "amber"),
        ("KT06", 899, {"pace": 1000}, "red"),
        ("KT13", 1250, {"pace": 1250}, "green"),
        ("KT08", 60, {"national": 60}, "green"),
        ("KT08", 55, {"national": 60}, "amber"),
        ("KT08", 54.9, {"national": 60}, "red"),
        ("GD04", 6.2, {"national": 6.5}, "amber"),
        ("GD04", 6.1, {"national": 6.5}, "red"),
        ("KT16", 3.0, {"same_period": 4.6, "plan": 1.5}, "green"),
        ("KT16", 3.2, {"same_period": 4.6, "plan": 1.5}, "red"),
        ("GT01", 94, {"same_period": 100}, "green"),
        ("GT01", 95, {"same_period": 100}, "amber"),
        ("GT01", 105, {"same_period": 100}, "amber"),
        ("GT01", 106, {"same_period": 100}, "red"),
        ("YT05", 30, {"history": [20, 30, 40, 30, 30]}, "green"),
        ("YT05", 44, {"history": [20, 30, 40, 30, 30]}, "amber"),
        ("YT05", 45, {"history": [20, 30, 40, 30, 30]}, "red"),
        ("MT04", 80, {"limits": {"limit": 100}}, "green"),
        ("MT04", 90, {"limits": {"limit": 100}}, "amber"),
        ("MT04", 101, {"limits": {"limit": 100}}, "red"),
        ("MT07", 80, {"limits": {"limit": 100}}, "green"),
        ("MT07", 100, {"limits": {"limit": 100}}, "amber"),
        ("MT09", 4.0, {"limits": {"I": 4.0, "II": 5.5, "III": 6.5}}, "amber"),
        ("MT09", 5.6, {"limits": {"I": 4.0, "II": 5.5, "III": 6.5}}, "red"),
        ("GD02", 80, {"plan": 80}, "green"),
    ],
)
def test_a_band_against_a_comparand_is_judged_by_it(code, value, known, expected):
    assert status(code, value, **known) == expected


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("KT01", {"pace": 5, "same_period": 5, "national": 5}),
        ("KT05", {"plan": 1000}),
        ("KT13", {}),
        ("KT08", {"plan": 90}),
        ("KT16", {"plan": 1.5}),
        ("KT16", {"same_period": 4}),
        ("GT01", {"plan": 100}),
        ("YT05", {"history": [20, 30, 40, 30]}),
        ("MT04", {}),
        ("MT09", {"limits": {"I": 4.0}}),
    ],
)
def test_without_its_comparand_a_figure_is_not_judged(code, known):
    assert judged(code, 3.0, **known) is None


def test_a_class_of_40_is_judged_when_its_level_of_school_is_known():
    parts = {"parts": ["primary", "secondary"]}
    assert status("GD06", 30) == "green", "within both bounds"
    assert status("GD06", 60) == "red", "above both bounds"
    assert status("GD06", 40) is None, "too many for one, few enough for the other"
    assert status("GD06", 40, changed=parts, facet="primary") == "red"
    assert status("GD06", 38, changed=parts, facet="primary") == "amber"
    assert status("GD06", 40, changed=parts, facet="secondary") == "green"


def test_a_verdict_names_its_band_and_what_it_was_compared_with():
    verdict = judged("KT06", 800, pace=1000.0)
    assert (verdict.band, verdict.against, verdict.basis) == ("<0.9", 1000, "pro-rata")
    verdict = judged("KT16", 3.2, same_period=4.6, plan=1.5)
    assert verdict.band == "missed"
    assert (verdict.against, verdict.basis) == (pytest.approx(3.1), "plan")
    verdict = judged("DVC01", 98)
    assert (verdict.against, verdict.basis, verdict.cautions) == (None, "", ())


def test_a_near_doubling_of_accidents_is_red_and_says_to_check_the_method():
    verdict = judged("GT01", 522, same_period=316)
    assert verdict.status == "red"
    assert (verdict.against, verdict.cautions) == (316, ("near_doubling",))
    assert judged("GT01", 340, same_period=316).cautions == ()


def test_a_change_of_small_counts_says_that_chance_alone_moves_them():
    assert judged("GT02", 4, same_period=2).cautions == ("small_base",)
    assert judged("GT02", 1, same_period=0).status == "red"
    assert judged("GT02", 0, same_period=0).status == "amber"


def test_bands_in_amounts_hold_at_their_level_and_in_their_unit_only():
    whole = {"bands_for": "province"}
    assert status("KT19", 1570, level="province", changed=whole) == "green"
    assert status("KT19", 60, changed=whole) is None
    assert status("CS01", 12, measure="points") is None
    assert status("KT11", 12, measure="% yoy") == "green"
    assert status("KT11", 12, measure="bn VND") is None
    assert status("KT15", 11, measure="thousand visits", pace=10) == "green"


@pytest.mark.parametrize(
    "text", ["about 5", ">=", "5-", "<=3/", "90%", ">=plann", "--"]
)
def test_a_text_that_is_no_band_is_refused_with_its_place(text):
    with pytest.raises(BandError, match="in '"):
        parse(text)


amounts = st.floats(0.5, 1e4).map(lambda v: round(v, 4))
known = st.fixed_dictionaries(
    {
        "plan": amounts,
        "pace": amounts,
        "same_period": amounts,
        "national": amounts,
        "history": st.lists(amounts, min_size=5, max_size=5),
        "limits": st.lists(amounts, min_size=3, max_size=3, unique=True)
        .map(sorted)
        .map(lambda v: {"I": v[0], "II": v[1], "III": v[2], "limit": v[2]}),
    }
)
values = st.one_of(amounts, st.integers(-3, 200).map(float))
# one indicator for each set of bands
directed = {
    (row["direction"], row["green"], row["amber"], row["red"]): row["code"]
    for row in FACTS
    if row["direction"] in ("up", "down") and row["red"]
}.values()


@pytest.mark.parametrize("code", directed)
@given(known=known, first=values, second=values)
def test_a_better_value_is_never_judged_worse(code, known, first, second):
    better, worse = max(first, second), min(first, second)
    if next(r for r in FACTS if r["code"] == code)["direction"] == "down":
        better, worse = worse, better
    found = [status(code, v, **known) for v in (better, worse)]
    assume(None not in found)
    assert judging.ORDER.index(found[0]) <= judging.ORDER.index(found[1])


@pytest.mark.parametrize("code", directed)
@given(known=known, value=values)
def test_inside_of_one_band_a_value_is_its_or_at_the_edge_of_a_better(
    code, known, value
):
    found = judging.of(of_catalogue(code))
    names = judging.comparands(**known)
    inside = []
    for state, band in found.bands:
        for interval in band.parts[0] if band.parts else ():
            bounds = interval.bounds(names)
            if bounds.low < value < bounds.high:
                inside.append(state)
    answer = status(code, value, **known)
    if len(inside) == 1 and answer is not None:
        assert answer in (inside[0], *judging.ORDER[: judging.ORDER.index(inside[0])])
