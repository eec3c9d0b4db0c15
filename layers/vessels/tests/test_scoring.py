"""The score of a match against a table worked out by hand."""

from __future__ import annotations

import pytest

from layers.vessels.register.scoring import (
    Entry,
    Said,
    Score,
    decided,
    rank,
    score,
    valid_imo,
)

BOAT = Entry(
    id=1,
    registration_key="TH93388TS",
    name="HUNG 36",
    mmsi="574012345",
    call_sign="XVAB7",
    imo=9074729,
    length_m=18.0,
    lon=105.93,
    lat=19.78,
)
AT_SEA = {"lon": 106.2, "lat": 19.6}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # MMSI alone: 1 - 0.10
        (Said(mmsi="574012345"), 0.90),
        # and its name: 1 - 0.10 x 0.40
        (Said(mmsi="574012345", name="HUNG 36"), 0.96),
        # the whole number alone
        (Said(name="TH 93388 TS"), 0.94),
        # and a length that agrees: 1 - 0.06 x 0.75
        (Said(name="TH 93388 TS", length_m=18), 0.955),
        # in home waters: 1 - 0.06 x 0.90
        (Said(name="TH 93388 TS", **AT_SEA), 0.946),
        # TS lost in noise
        (Said(name="TAUTH93388:C5>G95"), 0.70),
        # only the digits: 1 - 0.50 x 0.75
        (Said(name="93388 TS", length_m=17.5), 0.625),
        # cut off after the third digit
        (Said(name="TAU CA TH-933"), 0.30),
        # a provider vouches for it
        (Said(declared="TH-93388-TS"), 0.96),
        # call sign: 1 - 0.15 x 0.75
        (Said(call_sign="XVAB7", length_m=18), 0.8875),
        (Said(imo=9074729), 0.95),
        # the MMSI is right but it says another number: 0.90 x 0.2
        (Said(mmsi="574012345", name="TH 91111 TS"), 0.18),
        # the number is right but it is three times as long: 0.94 x 0.5
        (Said(name="TH 93388 TS", length_m=60), 0.47),
        # two valid IMO numbers that differ: 0.90 x 0.2
        (Said(mmsi="574012345", imo=9176187), 0.18),
        (Said(name="SOMETHING ELSE"), 0.0),
        (Said(), 0.0),
    ],
)
def test_the_score_is_that_of_the_table(said: Said, expected: float) -> None:
    assert score(said, BOAT).score == pytest.approx(expected, abs=1e-4)


def test_digits_that_two_boats_share_prove_nothing() -> None:
    shared = Entry(id=2, registration_key="TH93388TS", alone=False)
    assert score(Said(name="93388"), shared).score == 0


def test_an_invalid_mmsi_proves_nothing_even_when_it_is_equal() -> None:
    odd = Entry(id=3, mmsi="800123456")
    assert score(Said(mmsi="800123456"), odd).score == 0


def test_a_name_cut_off_at_twenty_places_is_still_the_same_name() -> None:
    entry = Entry(id=4, name="HAI SAN THANH HOA MUOI HAI")
    assert score(Said(name="HAI SAN THANH HOA MU"), entry).score == 0.6


def test_one_that_is_certain_and_ahead_is_taken() -> None:
    twin = Entry(id=2, registration_key="TH93389TS", name="HUNG 36", length_m=18.0)
    scores = rank(Said(mmsi="574012345", name="HUNG 36", length_m=18), [twin, BOAT])
    assert [s.vessel for s in scores] == [1, 2]
    assert decided(scores) == scores[0]


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [(0.96, 0.81, True), (0.96, 0.82, False), (0.949, 0.0, False), (0.96, 0.0, True)],
)
def test_nothing_is_decided_between_two_that_are_close(
    first: float, second: float, taken: bool
) -> None:
    assert (decided([Score(1, first), Score(2, second)]) is not None) is taken


def test_imo_numbers_have_a_check_digit() -> None:
    assert valid_imo(9074729)
    assert valid_imo(9176187)
    assert not valid_imo(9074728)
    assert not valid_imo(0)
    assert not valid_imo(90747290)
