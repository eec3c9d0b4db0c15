"""Registration numbers and names as people and transponders write them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layers.vessels.personal import has_phone, without_phone
from layers.vessels.register.names import (
    Registration,
    codes,
    fold,
    hints,
    key_of,
    parse,
    spellings,
)


@pytest.mark.parametrize(
    ("written", "text", "key"),
    [
        ("TH-93388-TS", "TH-93388-TS", "TH93388TS"),
        ("BĐ 94555 TS", "BĐ-94555-TS", "BD94555TS"),
        ("bd94555ts", "BĐ-94555-TS", "BD94555TS"),
        ("CM-08710-TS", "CM-08710-TS", "CM08710TS"),
        ("QNg 12345 TS", "QNg-12345-TS", "QNG12345TS"),
        ("QNG.12345.TS", "QNg-12345-TS", "QNG12345TS"),
        ("th – 93388 – ts", "TH-93388-TS", "TH93388TS"),
        ("TH 93388", "TH-93388-TS", "TH93388TS"),
        ("ĐNa-90123-TS", "ĐNa-90123-TS", "DNA90123TS"),
        ("TTH 91234 TS", "TTH-91234-TS", "TTH91234TS"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(
    written: str, text: str, key: str
) -> None:
    found = parse(written)
    assert found is not None
    assert (found.text, found.key) == (text, key)


@pytest.mark.parametrize(
    "written", ["", "TH", "93388", "XX-93388-TS", "TH-933888-TS", "TH-93388-TX", "T"]
)
def test_what_is_no_number_of_a_fishing_vessel_is_none(written: str) -> None:
    assert parse(written) is None


GAPS = st.sampled_from(["", " ", "-", ".", " - ", "–", "/", "  "])


@given(
    st.sampled_from(sorted(codes().values())),
    st.integers(0, 99_999),
    GAPS,
    GAPS,
    st.booleans(),
    st.booleans(),
)
def test_every_number_survives_gaps_case_and_lost_diacritics(
    code: str, number: int, gap: str, gap2: str, folded: bool, lower: bool
) -> None:
    wanted = Registration(code, f"{number:05d}")
    written = f"{code}{gap}{number:05d}{gap2}TS"
    written = fold(written) if folded else written
    assert parse(written.lower() if lower else written) == wanted
    assert key_of(written) == wanted.key


@given(st.text(max_size=40))
@example("TH-93388-TS" * 3)
@example("OOOOO11111")
def test_no_text_breaks_the_reading_of_names(text: str) -> None:
    parse(text)
    for hint in hints(text):
        assert hint.number.isdigit()
        assert hint.code == "" or hint.code in codes()
    assert len(hints(text)) <= 4
    for spelling in spellings(text):
        assert spelling.isalnum()


@given(st.sampled_from(sorted(codes())), st.integers(0, 99_999))
def test_a_whole_number_is_found_within_an_ais_name(code: str, number: int) -> None:
    name = f"TAU {code}{number:05d}TS"
    assert hints(name)[0].key == f"{code}{number:05d}TS"


@pytest.mark.parametrize(
    ("heard", "key", "number"),
    [
        ("HP90916TS", "HP90916TS", "90916"),
        ("TAUHP90567:C5>G95", "HP90567TS", "90567"),
        ("TAU CA TH 93388", "TH93388TS", "93388"),
        ("TH 9338O TS", "TH93380TS", "93380"),
        ("93388 TS", "", "93388"),
        ("TH-9338", "", "9338"),
    ],
)
def test_damaged_names_still_hint_at_a_number(
    heard: str, key: str, number: str
) -> None:
    first = hints(heard)[0]
    assert (first.key, first.number) == (key, number)


@pytest.mark.parametrize(
    "name", ["PHAO 1-59%", "LUOI 0912345678", "HAI AU", "MINH 1", "CS 204"]
)
def test_nets_phones_and_plain_names_hint_at_nothing(name: str) -> None:
    assert hints(name) == []


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("LUOI 0912345678", "LUOI ···"),
        ("NAM 091.234.5678", "NAM ···"),
        ("PHAO +84912345678", "PHAO ···"),
    ],
)
def test_phone_numbers_in_names_are_seen_and_hidden(name: str, hidden: str) -> None:
    assert has_phone(name)
    assert without_phone(name) == hidden


@pytest.mark.parametrize("name", ["TH-93388-TS", "574900123", "PHAO 1-59%", "P2-68%"])
def test_numbers_of_boats_are_no_phone_numbers(name: str) -> None:
    assert not has_phone(name)
