from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import Demo
from layers.indicators.formulas import FormulaError, Ref, evaluate, inputs, parse
from layers.indicators.formulas.graph import CatalogueError, Graph, problems


@dataclass
class Entry:
    code: str
    formula: str = ""
    subsystem: str = "1"
    unit: str = "count"


def value(text: str, **known: float) -> float:
    def lookup(ref: Ref):
        name = ref.code + ("_before" if ref.before else "")
        name += f"_{ref.facet.replace(' ', '_')}" if ref.facet else ""
        return np.array([known.get(name, np.nan)])

    return float(np.broadcast_to(evaluate(parse(text), lookup), (1,))[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A + B * 2", 20),
        ("(A + B) * 2", 30),
        ("A - B - 1", 4),
        ("A / B / 2", 1),
        ("-A + B", -5),
        ("2 * -B", -10),
        ("per(A, B, 1000)", 2000),
        ("per(A, B)", 2),
        ("share(A, A + B + B)", 50),
        ("sum(A, B, 1)", 16),
        ("mean(A, B)", 7.5),
        ("growth(A)", 25),
        ("A - before(A)", 2),
        ("A:girls / A", 0.4),
        ("A[boys and girls] / A", 0.9),
    ],
)
def test_a_formula_gives_its_value(text, expected):
    known = {"A": 10, "B": 5, "A_before": 8, "A_girls": 4, "A_boys_and_girls": 9}
    assert value(text, **known) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["A + C", "growth(B)", "A / (B - B)", "mean(A, C)"])
def test_what_lacks_an_input_or_is_divided_by_nought_is_missing(text):
    assert np.isnan(value(text, A=10, B=5))


def test_growth_from_nought_or_below_is_missing():
    assert np.isnan(value("growth(A)", A=3, A_before=0))
    assert np.isnan(value("growth(A)", A=3, A_before=-2))


def test_a_formula_tells_what_it_reads_and_from_when():
    text = "per(A:x, DS01, 1000) + growth(B) - before(C)"
    assert inputs(parse(text)) == (
        Ref("A", "x"),
        Ref("DS01", newest=True),
        Ref("B"),
        Ref("B", before=True),
        Ref("C", before=True),
    )


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("A +", 4, "a number, a code or a function"),
        ("A B", 3, "an operator"),
        ("A ** B", 4, "a number"),
        ("share(A)", 1, "takes 2 arguments"),
        ("total(A)", 1, "no function 'total'"),
        ("per(A, B + C)", 10, "code of its denominator"),
        ("per(A, B, C)", 11, "scale"),
        ("A:", 3, "name of a part"),
        ("(A", 3, "')' expected"),
        ("A; B", 2, "cannot read"),
        ("__import__('os')", 12, "cannot read"),
        ("A.real", 2, "cannot read"),
        ("(" * 60 + "A" + ")" * 60, 22, "nested too deeply"),
        ("", 1, "a number, a code or a function"),
    ],
)
def test_a_wrong_formula_is_refused_with_the_place(text, place, reason):
    with pytest.raises(FormulaError, match="at character") as caught:
        parse(text)
    assert reason in str(caught.value)
    assert caught.value.place == place


numbers = st.floats(0.01, 1e6)


@given(numbers, numbers, numbers)
def test_sums_do_not_depend_on_order_and_shares_make_a_hundred(a, b, c):
    known = {"A": a, "B": b, "C": c}
    assert value("sum(A, B, C)", **known) == pytest.approx(value("C + B + A", **known))
    whole = "share(A, sum(A, B, C)) + share(B, sum(A, B, C)) + share(C, sum(A, B, C))"
    assert value(whole, **known) == pytest.approx(100)


@given(st.text(alphabet="AB1+-*/()[],: .growthpes", max_size=30))
def test_any_text_is_either_a_formula_or_refused(text):
    try:
        inputs(parse(text))
    except FormulaError as error:
        place = error.place
    else:
        place = 1
    assert 1 <= place <= len(text) + 1


def test_formulas_are_computed_after_what_they_read():
    graph = Graph.of([Entry("C", "B * 2"), Entry("B", "A + 1"), Entry("A")])
    assert graph.order == ("B", "C")
    assert graph.readers == {"A": {"B"}, "B": {"C"}}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([Entry("A", "B"), Entry("B", "C + 1"), Entry("C", "A")], "from itself"),
        ([Entry("A", "A + 1")], "from itself: A from A"),
        ([Entry("A", "X + 1")], "no indicator 'X'"),
        ([Entry("A", "1 +")], "A: a number, a code"),
        ([Entry("A", "per(B, C)"), Entry("B"), Entry("C")], "no named denominator"),
        ([Entry("A", "2 * 3")], "nothing but"),
    ],
)
def test_a_catalogue_with_a_wrong_formula_is_refused(entries, reason):
    with pytest.raises(CatalogueError, match=reason):
        Graph.of(entries)


def test_two_counts_of_people_are_never_mixed_in_one_figure():
    people = [Entry(code, "", "0", "people") for code in ("DS01", "DS03")]
    land = Entry("DT01", "", "0", "km2")
    mixed = Entry("X", "per(A, DS01) + per(A, DS03)")
    assert list(problems([mixed, Entry("A"), *people])) == [
        "X: denominators of the same unit are mixed: DS01, DS03"
    ]
    fine = Entry("X", "per(A, DS01) + per(A, DT01)")
    assert not list(problems([fine, Entry("A"), *people, land]))


def test_a_wrong_formula_stops_no_other():
    loop = [Entry("A", "B"), Entry("B", "A")]
    graph = Graph.readable([*loop, Entry("C", "1 +"), Entry("D", "E * 2"), Entry("E")])
    assert graph.order == ("D",)


def test_the_formulas_of_the_catalogue_stand():
    rows = Demo().table("indicators")
    entries = [
        Entry(row["code"], row["formula"], row["subsystem"], row["unit"])
        for row in rows
    ]
    assert list(problems(entries)) == []
