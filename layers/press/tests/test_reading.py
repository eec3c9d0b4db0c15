"""Tone, topic and place of a text, by word lists."""

from __future__ import annotations

import pytest

from fixtures.tables import table
from layers.press import reading
from layers.press.choices import Tone, Topic
from layers.press.reading import Gazetteer, Place

COMMUNES = table("communes")
TITLES = table("press_titles")


def place(number: int, title: str, kind: str = "commune") -> Place:
    return Place(number, title, kind, 105.0 + number, 20.0)


def ward(number: int) -> dict[str, str]:
    return COMMUNES[number]


@pytest.fixture
def gazetteer() -> Gazetteer:
    found = [place(n, row["name"]) for n, row in enumerate(COMMUNES)]
    found += [
        place(1_000 + n, row["name"], "district")
        for n, row in enumerate(table("districts"))
    ]
    return Gazetteer(found)


def test_a_full_name_is_found_wherever_it_stands(gazetteer):
    for number in (0, 40, 165):
        name = ward(number)["name"]
        for text in (f"{name}: x", f"x {name.lower()} y", f"x, {name}."):
            assert gazetteer.find(text).title == name


def test_every_commune_is_found_by_its_full_name(gazetteer):
    for row in COMMUNES:
        assert gazetteer.find(f"x {row['name']} y").title == row["name"]


def test_the_longest_name_wins():
    short, long = place(1, "Aa Bb"), place(2, "Aa Bb Cc")
    assert Gazetteer([short, long]).find("x Aa Bb Cc y") == long


def test_the_title_goes_before_the_summary(gazetteer):
    first, second = ward(3)["name"], ward(70)["name"]
    assert gazetteer.find(f"x {first}", f"y {second}").title == first
    assert gazetteer.find("nothing here", f"y {second}").title == second


def test_a_name_alone_counts_only_when_it_means_one_unit():
    one, two, three = place(1, "Aa Bb"), place(2, "Cc Dd"), place(3, "Cc Dd")
    gazetteer = Gazetteer([one, two, three])
    assert gazetteer._bare_name("x Aa Bb y") == one
    assert gazetteer._bare_name("x Cc Dd y") is None


def test_a_name_alone_needs_its_capital_letters(gazetteer):
    row = next(r for r in COMMUNES if " " in r["short_name"])
    assert gazetteer.find(f"x {row['short_name']} y") is not None
    assert gazetteer.find(f"x {row['short_name'].lower()} y") is None


def test_a_commune_goes_before_a_district_of_the_same_name():
    town, old = place(1, "Aa Bb"), place(2, "Aa Bb", "district")
    assert Gazetteer([old, town])._bare_name("x Aa Bb y") == town


def test_part_of_a_word_is_no_place():
    assert Gazetteer([place(1, "Aa")]).find("Aab Baa") is None


def test_texts_without_a_place_have_none(gazetteer):
    assert gazetteer.find("", "") is None
    assert gazetteer.find("something else") is None


def test_demo_titles_get_their_topic():
    right = sum(
        reading.topic(row["title"], row["summary"]) == row["topic"] for row in TITLES
    )
    assert right / len(TITLES) >= 0.85


def test_bad_news_is_negative_and_good_news_positive():
    by_topic = {
        reading.tone(row["title"], row["summary"]): row["title"] for row in TITLES
    }
    assert set(by_topic) == set(Tone.values)
    accident = next(row for row in TITLES if row["title"].startswith("Tai n"))
    assert reading.tone(accident["title"], accident["summary"]) == Tone.NEGATIVE


def test_words_that_are_in_no_list_are_neutral_and_of_no_topic():
    assert reading.tone("qwerty", "asdf") == Tone.NEUTRAL
    assert reading.topic("qwerty", "asdf") == Topic.OTHER


def test_letters_composed_or_not_read_the_same():
    import unicodedata

    row = TITLES[0]
    loose = unicodedata.normalize("NFD", row["title"])
    assert reading.tone(loose, "") == reading.tone(row["title"], "")
