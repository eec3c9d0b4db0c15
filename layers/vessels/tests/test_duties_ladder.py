"""The ladder of silence against tables worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from layers.vessels.duties.ladder import NEVER, Fleet, Span, ladder

NAN = float("nan")
H = 3_600.0
DAY = 86_400.0


def t(text: str) -> float:
    """``12 06:30`` of November 2026, UTC."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, int(day), hour, minute, tzinfo=UTC).timestamp()


def fleet(**columns: list[float]) -> Fleet:
    n = len(columns["heard"])
    defaults = {
        "sea": [t("01 00:00")] * n,
        "broken": [NAN] * n,
        "manual": [NAN] * n,
        "provider": [0] * n,
        "interval": [2.5 * H] * n,
        "silent": [6 * H] * n,
        "back": [10 * DAY] * n,
        "by_hand": [6 * H] * n,
    }
    return Fleet(**{k: np.array(v) for k, v in (defaults | columns).items()})


def step_at(boats: Fleet, moment: str, outages: list[Span] | None = None) -> list[str]:
    standing = ladder(boats, outages or [])
    return standing.names(standing.reached(t(moment)))


# heard 10 November 06:00, every 2 h with half an hour of grace
@pytest.mark.parametrize(
    ("moment", "step"),
    [
        ("10 08:29", ""),
        ("10 08:30", "missed"),
        ("10 11:59", "missed"),
        ("10 12:00", "silent_6h"),
        ("20 05:59", "silent_6h"),
        ("20 06:00", "silent_10d"),
        ("28 06:00", "silent_10d"),
    ],
)
def test_each_step_comes_at_its_minute(moment: str, step: str) -> None:
    assert step_at(fleet(heard=[t("10 06:00")]), moment) == [step]


def test_a_vessel_in_port_owes_nothing() -> None:
    boats = fleet(heard=[t("01 06:00")], sea=[NAN])
    assert step_at(boats, "20 06:00") == [""]


def test_the_duty_begins_when_the_vessel_leaves_port() -> None:
    boats = fleet(heard=[t("03 06:00")], sea=[t("10 06:00")])
    assert step_at(boats, "10 08:29") == [""]
    assert step_at(boats, "10 08:30") == ["missed"]


def test_a_class_that_reports_every_three_hours_is_missed_later() -> None:
    heard = t("10 06:00")
    boats = fleet(heard=[heard, heard], interval=[2.5 * H, 3.5 * H])
    assert step_at(boats, "10 09:29") == ["missed", ""]
    assert step_at(boats, "10 09:30") == ["missed", "missed"]


# broken since 10 November 06:00
@pytest.mark.parametrize(
    ("manual", "moment", "step"),
    [
        (NAN, "10 06:00", "broken"),
        (NAN, "10 11:59", "broken"),
        (NAN, "10 12:00", "broken_silent"),
        (t("10 11:00"), "10 16:59", "broken"),
        (t("10 11:00"), "10 17:00", "broken_silent"),
        (t("20 05:00"), "20 06:00", "overdue"),
    ],
)
def test_a_broken_device_has_a_clock_of_its_own(
    manual: float, moment: str, step: str
) -> None:
    boats = fleet(heard=[t("10 05:50")], broken=[t("10 06:00")], manual=[manual])
    assert step_at(boats, moment) == [step]


def test_an_outage_stops_the_clock_of_who_was_on_time_and_it_starts_anew_after() -> (
    None
):
    boats = fleet(heard=[t("10 06:00")])
    outage = Span(provider=0, began=t("10 07:00"), ended=t("11 07:00"))
    assert step_at(boats, "11 06:59", [outage]) == [""]
    assert step_at(boats, "11 09:29", [outage]) == [""]
    assert step_at(boats, "11 09:30", [outage]) == ["missed"]
    assert step_at(boats, "11 13:00", [outage]) == ["silent_6h"]


def test_who_was_silent_before_the_outage_keeps_the_earlier_clock() -> None:
    # missed at 08:30; of the six hours, three had passed when it began at 09:00
    boats = fleet(heard=[t("10 06:00")])
    outage = Span(provider=0, began=t("10 09:00"), ended=t("10 19:00"))
    assert step_at(boats, "10 18:59", [outage]) == ["missed"]
    assert step_at(boats, "10 21:59", [outage]) == ["missed"]
    assert step_at(boats, "10 22:00", [outage]) == ["silent_6h"]


def test_an_open_outage_accuses_nobody_and_another_provider_excuses_nobody() -> None:
    boats = fleet(heard=[t("10 06:00")] * 2, provider=[0, 1])
    outage = Span(provider=0, began=t("10 07:00"), ended=NEVER)
    assert step_at(boats, "25 00:00", [outage]) == ["", "silent_10d"]


def test_a_report_within_an_outage_counts_until_it_ends() -> None:
    boats = fleet(heard=[t("10 12:00")])
    outage = Span(provider=0, began=t("10 07:00"), ended=t("10 13:00"))
    assert step_at(boats, "10 15:29", [outage]) == [""]
    assert step_at(boats, "10 15:30", [outage]) == ["missed"]


def test_two_outages_are_taken_out_one_after_the_other() -> None:
    boats = fleet(heard=[t("10 06:00")])
    outages = [
        Span(provider=0, began=t("10 07:00"), ended=t("10 08:00")),
        Span(provider=0, began=t("10 09:00"), ended=t("10 10:00")),
    ]
    assert step_at(boats, "10 12:29", outages) == [""]
    assert step_at(boats, "10 12:30", outages) == ["missed"]


def test_a_vessel_never_heard_counts_from_when_it_was_seen_to_leave() -> None:
    boats = fleet(heard=[NAN], sea=[t("10 06:00")])
    assert step_at(boats, "10 12:00") == ["silent_6h"]
    assert step_at(fleet(heard=[NAN], sea=[NAN]), "25 00:00") == [""]
