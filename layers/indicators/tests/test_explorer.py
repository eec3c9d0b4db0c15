from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from fixtures import Demo
from layers.core import units
from layers.core.scope import Grant, everything
from layers.indicators import exploring, services
from layers.indicators.demo import catalogue
from layers.indicators.models import Channel, Fact, Indicator, Load, Vintage

FOLDER = Path(__file__).parents[1] / "static" / "indicators" / "explorer"
PAGES = ("explorer", "small", "compare")
POVERTY = "KT16"


def node(id: int, kind: str, start: date | None, end: date | None) -> units.UnitNode:
    return units.UnitNode(
        id=id,
        parent_id=None,
        code=str(id),
        title=f"Unit {id}",
        kind=kind,
        valid_from=start,
        valid_to=end,
    )


def districts(tree: units.UnitTree, day: date) -> list[units.UnitNode]:
    found = (n for n in tree.nodes.values() if n.kind == "district")
    return sorted((n for n in found if n.valid_on(day)), key=lambda n: n.id)


@pytest.fixture
def two_known(province: units.UnitTree) -> list[units.UnitNode]:
    """Two districts with the poverty rate of 2023, the only figures that there are."""
    catalogue.load(Demo())
    poverty = Indicator.objects.get(code=POVERTY)
    load = Load.objects.create(channel=Channel.FORM, title="test", source="test")
    known = districts(province, date(2023, 12, 31))[:2]
    services.publish(
        [
            Fact(
                indicator=poverty,
                unit_id=unit.id,
                period_start=date(2023, 1, 1),
                period_end=date(2023, 12, 31),
                value=Decimal("3.5"),
                unit=poverty.unit,
                vintage=Vintage.FINAL,
                published_at=datetime(2024, 1, 15, tzinfo=UTC),
                load=load,
            )
            for unit in known
        ]
    )
    return known


def levels_of(found: list[dict[str, object]], code: str) -> object:
    return next(entry["levels"] for entry in found if entry["code"] == code)


def test_the_catalogue_says_for_which_level_there_are_figures(two_known) -> None:
    found = exploring.catalogue(everything())
    assert len(found) == Indicator.objects.count()
    assert levels_of(found, POVERTY) == {"district": "2023-12-31"}
    assert levels_of(found, "KT01") == {}


def test_figures_outside_the_scope_are_not_even_counted(two_known, province) -> None:
    other = districts(province, date(2023, 12, 31))[2]
    seeing = Grant(layers=frozenset({"indicators"}), units=frozenset({two_known[0].id}))
    blind = Grant(layers=frozenset({"indicators"}), units=frozenset({other.id}))
    assert levels_of(exploring.catalogue(seeing), POVERTY) == {"district": "2023-12-31"}
    assert levels_of(exploring.catalogue(blind), POVERTY) == {}


def test_sets_of_units_follow_each_other_without_a_gap() -> None:
    tree = units.UnitTree(
        [
            node(1, "district", None, date(2025, 6, 30)),
            node(2, "district", date(2020, 6, 1), date(2025, 6, 30)),
            node(3, "commune", date(2025, 7, 1), None),
        ]
    )
    found = exploring.unit_sets(tree, "district")
    assert [(s.start, s.end, s.count) for s in found] == [
        (None, date(2020, 5, 31), 1),
        (date(2020, 6, 1), date(2025, 6, 30), 2),
    ]
    assert exploring.unit_sets(tree, "commune") == [
        exploring.UnitSet(date(2025, 7, 1), None, 1)
    ]
    assert exploring.unit_sets(tree, "province") == []


def test_units_that_always_were_are_one_set() -> None:
    tree = units.UnitTree([node(1, "district", None, None)])
    assert exploring.unit_sets(tree, "district") == [exploring.UnitSet(None, None, 1)]


def test_the_demo_province_went_from_27_districts_to_166_communes(province) -> None:
    counts = [s.count for s in exploring.unit_sets(province, "district")]
    assert 27 in counts
    assert [s.count for s in exploring.unit_sets(province, "commune")] == [166]


@pytest.mark.parametrize(
    ("kind", "day", "count"),
    [
        ("district", date(2022, 12, 31), 27),
        ("commune", date(2025, 7, 1), 166),
        ("commune", date(2025, 6, 30), 0),
    ],
)
def test_outlines_are_of_the_units_of_the_day(province, kind, day, count) -> None:
    found = exploring.outlines(kind, day)
    assert len(found["units"]) == count
    expected = {n.id for n in province.nodes.values() if n.kind == kind}
    assert {unit["id"] for unit in found["units"]} <= expected


def test_outlines_lie_inside_their_frame_and_boxes_hold_their_points(province) -> None:
    found = exploring.outlines("district", date(2022, 12, 31))
    width, height = found["size"]
    for unit in found["units"]:
        # the first point of each ring is absolute, the others follow from it
        for x, y in re.findall(r"M (-?[\d.]+) (-?[\d.]+)", unit["path"]):
            assert -1 <= float(x) <= width + 1
            assert -1 <= float(y) <= height + 1
        west, south, east, north = unit["box"]
        lon, lat = unit["at"]
        assert west < lon < east
        assert south < lat < north


@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_what_their_scripts_start_from(
    client, cast, province, page
) -> None:
    client.force_login(cast["leader"])
    answer = client.get(reverse(f"indicators:{page}"))
    assert answer.status_code == 200
    found = re.search(
        r'<script id="explorer-data" type="application/json">(.*?)</script>',
        answer.content.decode(),
        re.DOTALL,
    )
    assert found is not None
    data = orjson.loads(found.group(1))
    assert data["ground"]["tiles"]["url"].startswith("/tiles/")
    assert [level["kind"] for level in data["levels"]] == ["district", "commune"]
    assert len(data["diverging"]["dark"]) == len(data["diverging"]["light"]) == 7
    assert data["partial"] is False


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_those_who_may_see_the_layer(client, cast, page) -> None:
    address = reverse(f"indicators:{page}")
    answer = client.get(f"{address}?code=KT16")
    assert answer.status_code == 302
    assert quote(f"{address}?code=KT16") in answer["Location"]
    # whoever has no role sees no layer at all
    client.force_login(cast["outsider"])
    allowed = client.get(reverse("map")).wsgi_request.grant.layers
    expected = 200 if "indicators" in allowed else 404
    assert client.get(address).status_code == expected


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "kind"),
        ("kind=village&on=2025-07-01", "kind"),
        ("kind=commune", "on"),
        ("kind=commune&on=2025-13-01", "on"),
        ("kind=commune&on=today", "on"),
    ],
)
def test_a_bad_question_for_outlines_names_what_is_wrong(
    client, cast, query, word
) -> None:
    client.force_login(cast["leader"])
    answer = client.get(f"{reverse('indicators:outlines')}?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{word}:")


def test_every_word_of_the_scripts_is_translated() -> None:
    words = orjson.loads((FOLDER / "words.json").read_bytes())
    same = {"%", "{text}", "{d}/{m}/{y}"}
    with override("vi"):
        left = [text for text in words.values() if gettext(text) == text]
    assert set(left) <= same


def test_scripts_say_nothing_that_has_no_word() -> None:
    words = orjson.loads((FOLDER / "words.json").read_bytes())
    said: set[str] = set()
    for path in FOLDER.glob("*.js"):
        said |= set(re.findall(r'\bsay\("([\w.]+)"', path.read_text()))
    assert said
    assert said <= set(words)
