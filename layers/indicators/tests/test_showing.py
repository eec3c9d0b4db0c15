"""How figures are said: numbers, periods, bands, lateness, trends."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from layers.indicators import lateness, wording
from layers.indicators.contract import Verdict
from layers.indicators.sparkline import spark
from layers.indicators.views.pace import ORDER


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def test_numbers_are_grouped_and_end_without_zeros():
    assert wording.number(54341.0, 2) == "54.341"
    assert wording.number(12.40, 2) == "12,4"
    assert wording.number(-0.0004, 2) == "0"
    assert wording.signed(-0.75, 1) == "\N{MINUS SIGN}0,8"


def test_a_period_is_said_as_people_say_it():
    with translation.override("en"):
        assert wording.period(date(2024, 7, 1), date(2024, 9, 30)) == "Q3 2024"
        assert wording.period(date(2024, 1, 1), date(2024, 11, 30)) == (
            "months 1–11 of 2024"
        )
    assert wording.period(date(2024, 11, 1), date(2024, 11, 30)).endswith("11/2024")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<0.9*pro-rata", "< 0.9 × pace"),
        (">=plan", "≥ plan"),
        ("5.5-9", "5.5-9"),
        (">5y mean+2sd", "> mean of five years+2sd"),
        ("<5.5 or >9", "< 5.5 or > 9"),
        (">=national-5pt", "≥ the country-5 points"),
    ],
)
def test_a_band_is_said_in_words(text, said):
    with translation.override("en"):
        assert wording.band(text) == said


def test_a_verdict_names_what_it_was_compared_with():
    verdict = Verdict(status="red", band="<plan", against=45.2, basis="plan")
    with translation.override("en"):
        assert wording.against(verdict, 1) == "plan 45.2"
        assert wording.against(Verdict(status="red", band="<85"), 1) == ""


def test_the_next_figure_is_late_after_its_grace():
    month = (date(2026, 9, 1), date(2026, 9, 30))
    assert lateness.following_end(*month) == date(2026, 10, 31)
    assert lateness.late_days(*month, date(2026, 11, 20)) == 0
    assert lateness.late_days(*month, date(2026, 11, 22)) == 2
    year = (date(2024, 1, 1), date(2024, 12, 31))
    assert lateness.due(*year) == date(2026, 4, 30)
    to_date = (date(2026, 1, 1), date(2026, 11, 30))
    assert lateness.following_end(*to_date) == date(2026, 12, 31)


def test_a_census_day_owes_no_next_day():
    day = date(2019, 4, 1)
    assert not lateness.regular(day, day, "year")
    assert lateness.regular(day, day, "day/month")


def test_the_trend_is_drawn_inside_its_box():
    assert spark([1]) == ""
    assert spark([1, 3, 2]) == "2.0,22.0 48.0,2.0 94.0,12.0"
    assert spark([5, 5]) == "2.0,22.0 94.0,22.0"


def test_every_outcome_of_a_plan_has_its_place():
    from typing import get_args

    from layers.indicators.pace import Outcome

    assert set(ORDER) == set(get_args(Outcome))
