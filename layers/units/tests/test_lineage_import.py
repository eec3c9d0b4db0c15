"""Tables of descent through the real command, with the real table and outlines."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date
from io import StringIO

import pandas
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from layers.core import units
from layers.core.tests import switching
from layers.units.descent.shares import cast, collect, turned
from layers.units.models import Lineage, Unit

DAY = ("--day", "2025-07-01")
OLD_TO_NEW = "units/thanh_hoa_old_to_new_2025.csv"


@pytest.fixture
def places(db) -> dict[str, Unit]:
    return switching.province()


def run(path, *args: str) -> str:
    out = StringIO()
    call_command("import_lineage", str(path), *DAY, *args, stdout=out, stderr=out)
    return out.getvalue()


def refused(path, *args: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="nothing was stored"):
        call_command("import_lineage", str(path), *DAY, *args, stdout=out, stderr=out)
    return out.getvalue()


def table(tmp_path, text: str):
    path = tmp_path / "lineage.csv"
    path.write_text(text)
    return path


def lines() -> dict[tuple[str, str], Lineage]:
    found = Lineage.objects.select_related("old", "new")
    return {(line.old.code, line.new.code): line for line in found}


def test_missing_shares_come_from_the_outlines_and_say_so(tmp_path, places):
    path = table(tmp_path, "old_code,new_code\n14758,14758\n14758,4\n2,4\n")
    assert "3 lines" in run(path, "--decree", "1686/NQ-UBTVQH15")
    found = lines()
    divided = found["14758", "14758"]
    assert divided.old_id == places["west"].pk
    assert divided.new_id == places["one"].pk
    assert divided.share_area == pytest.approx(0.6, abs=1e-6)
    assert divided.basis == "area"
    assert divided.decree == "1686/NQ-UBTVQH15"
    assert found["2", "4"].basis == "whole"
    assert [d.old_id for d in units.lineage()] == [
        places["west"].pk,
        places["west"].pk,
        places["east"].pk,
    ]


def test_people_of_the_units_below_tell_the_shares(tmp_path, places):
    for west, east, people in ((105.0, 105.1, 900), (105.1, 105.2, 100)):
        switching.add(
            f"{west}",
            west,
            east,
            parent=places["west"],
            population=people,
            valid_to=switching.LAST,
        )
    path = table(tmp_path, "old,new\n14758,14758\n14758,4\n")
    run(path)
    line = lines()["14758", "14758"]
    assert line.basis == "census"
    assert line.share_people == pytest.approx(0.92, abs=1e-6)


def test_published_shares_are_taken_as_they_are_and_sum_to_one(tmp_path, places):
    text = "old_code,new_code,share_people,basis\n14758,14758,70 %,census\n"
    path = table(tmp_path, text + '14758,4,"0,3",\n')
    run(path)
    line = lines()["14758", "14758"]
    assert (line.share_people, line.basis) == (0.7, "census")
    assert lines()["14758", "4"].basis == "table"


def test_a_workbook_is_read_as_well(tmp_path, places):
    path = tmp_path / "lineage.xlsx"
    rows = {"Old_Code": [14758, 14758, None], "new_code": [14758, 4, None]}
    pandas.DataFrame(rows).to_excel(path, index=False)
    assert "2 lines" in run(path)


def test_every_wrong_line_is_named_and_nothing_is_stored(tmp_path, places):
    text = """old_code,new_code,share_people
14758,14758,0.7
999,4,
14758,888,0.3
2,4,
2,4,
,4,
14758,4,about half
"""
    told = refused(table(tmp_path, text))
    assert "line 6: 2 to 4 stands in line 5 too" in told
    assert "line 7: the old or the new code is empty" in told
    assert "line 8: 'about half' is no share" in told
    kept = "\n".join(text.splitlines()[:4]) + "\n"
    told = refused(table(tmp_path, kept))
    assert "line 3: no commune had the code 999 on 2025-06-30" in told
    assert "line 4: no commune has the code 888 on 2025-07-01" in told
    assert not Lineage.objects.exists()


def test_shares_that_do_not_sum_to_one_are_refused(tmp_path, places):
    text = "old_code,new_code,share_people\n14758,14758,0.7\n14758,4,0.2\n"
    told = refused(table(tmp_path, text))
    assert "line 2: 14758: the shares of people sum to 0.9000, not to 1" in told


def test_a_second_import_replaces_what_the_same_units_had(tmp_path, places):
    run(table(tmp_path, "old_code,new_code\n14758,14758\n14758,4\n"))
    run(table(tmp_path, "old_code,new_code\n14758,14758\n"))
    assert set(lines()) == {("14758", "14758")}


def outlines_of_2009(shared_file, tmp_path):
    """The communes of 2009 under the codes that those of 2022 of the same name and
    district have, as somebody would prepare the file; with people of 2019."""
    with shared_file("units/thanh_hoa_communes_2022_559.csv").open() as file:
        codes = {
            (row["district_code"], row["commune_name"].casefold()): row["commune_code"]
            for row in csv.DictReader(file)
        }
    path = shared_file("units/thanh_hoa_communes_637_2009.geojson")
    data = json.loads(path.read_text())
    for feature in data["features"]:
        given = feature["properties"]
        key = (given["district_code_2022"], given["commune"].casefold())
        given["code"] = codes.pop(key, f"x{given['src_id']}")
    out = tmp_path / "communes_2009.geojson"
    out.write_text(json.dumps(data))
    return out


def import_units(path, *args: str) -> None:
    call_command("import_units", str(path), *args, stdout=StringIO())


@pytest.fixture
def real(db, shared_file, tmp_path) -> None:
    old = outlines_of_2009(shared_file, tmp_path)
    ends = ("--valid-from", "2009-04-01", "--valid-to", "2025-06-30")
    named = ("--name-field", "commune", "--population-field", "pop_2019")
    import_units(old, "--kind", "commune", *ends, *named)
    new = shared_file("units/thanh_hoa_communes_166_2025_simplified.geojson")
    import_units(new, "--kind", "commune", "--valid-from", "2025-07-01")


def test_the_real_table_of_547_communes_takes_weights_from_old_outlines(
    real, shared_file
):
    # communes made by mergers after 2009 are known by the table only
    told = run(shared_file(OLD_TO_NEW), "--create", "--equal")
    assert "558 lines of descent" in told
    sums = Lineage.objects.values("old").annotate(
        people=Sum("share_people"), area=Sum("share_area")
    )
    assert len(sums) == 547
    for row in sums:
        assert row["people"] == pytest.approx(1)
        assert row["area"] == pytest.approx(1)
    divided = Lineage.objects.filter(old__code="14758").select_related("new")
    assert {line.new.code for line in divided} == {"14758", "14797"}
    assert {line.basis for line in divided} == {"area"}
    # the ward that had the code before is another unit than the one that has it now
    tree = units.tree()
    before = tree.codes("commune", date(2025, 6, 30))["14758"]
    after = tree.codes("commune", date(2025, 7, 1))["14758"]
    assert before != after
    assert tree.title(before) != tree.title(after)


def test_people_of_2019_cast_to_the_166_and_back_keep_their_total_to_the_person(
    real, shared_file, tmp_path
):
    """Lines of descent of all communes of 2009, by the outlines alone."""
    path = everything_by_outlines(tmp_path)
    run(path)
    people = dict(
        Unit.objects.filter(valid_to=date(2025, 6, 30), population__isnull=False)
        .exclude(successors=None)
        .values_list("pk", "population")
    )
    assert len(people) == 635  # of two communes the census of 2019 has no figure
    weights: dict[int, dict[int, float]] = defaultdict(dict)
    for line in units.lineage():
        weights[line.old_id][line.new_id] = line.share_people
    there = cast(people, weights)
    new = collect(there)
    assert len(new) == 166
    assert sum(new.values()) == sum(people.values()) == 3_631_422
    back = collect(cast(new, turned(there)))
    assert back == people
    # by the shares alone, not knowing the parts, the total still stands
    by_shares = {
        old: {other: people[old] * share for other, share in weights[old].items()}
        for old in people
    }
    blind = collect(cast(new, turned(by_shares)))
    assert sum(blind.values()) == sum(people.values())
    assert max(abs(blind[old] - people[old]) for old in people) <= 1


def everything_by_outlines(tmp_path):
    """A table of which old commune reaches into which new one, without shares."""
    from layers.units.descent.importing import _shape
    from layers.units.descent.shares import shares

    old = Unit.objects.filter(valid_to=date(2025, 6, 30))
    new = Unit.objects.filter(valid_from=date(2025, 7, 1))
    found = shares(
        {unit.code: _shape(unit) for unit in old},
        {unit.code: _shape(unit) for unit in new},
    )
    text = "".join(f"{share.old},{share.new}\n" for share in found)
    return table(tmp_path, f"old_code,new_code\n{text}")
