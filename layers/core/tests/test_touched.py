"""The triggers: what they say of every kind of write, and that they stop none."""

from __future__ import annotations

import threading
from dataclasses import replace

import psycopg
from django.db import connection, transaction

from layers.core.asyncdb import conninfo
from layers.core.mercator import from_lonlat
from layers.core.spec import registry
from layers.core.tests.boats import committed  # noqa: F401  (fixture)
from layers.core.tests.plots import BAY, SLUG, Plots, plots  # noqa: F401  (fixture)
from layers.core.touch_triggers import install
from layers.core.touched import forget_old
from layers.core.versions import begin_change

THERE = (BAY[0] + 1, BAY[1])


def point(lon: float, lat: float) -> tuple[float, ...]:
    x, y = from_lonlat(lon, lat)
    return tuple(round(float(n), 3) for n in (x, y, x, y))


def boxes(told: list[dict]) -> set[tuple[float, ...]]:
    return {
        tuple(round(row[side], 3) for side in ("west", "south", "east", "north"))
        for row in told
        if row["west"] is not None
    }


def since(plots: Plots, *statements: str) -> list[dict]:  # noqa: F811
    before = plots.seq
    plots.sql(*statements)
    return plots.told(before)


def test_a_row_tells_where_it_was_and_where_it_is(plots: Plots) -> None:  # noqa: F811
    before = plots.seq
    plots.put(1, *BAY)
    assert boxes(plots.told(before)) == {point(*BAY)}
    moved = since(plots, "UPDATE test_plot SET geom = ST_Point(106.9, 19.8, 4326)")
    assert boxes(moved) == {point(*BAY), point(*THERE)}
    assert boxes(since(plots, "DELETE FROM test_plot")) == {point(*THERE)}


def test_each_place_is_that_of_the_units_that_saw_it_there(plots: Plots) -> None:  # noqa: F811
    plots.put(1, *BAY)
    told = since(
        plots, "UPDATE test_plot SET unit_id = 2, geom = ST_Point(106.9, 19.8, 4326)"
    )
    assert {row["units"][0]: boxes([row]) for row in told} == {
        1: {point(*BAY)},
        2: {point(*THERE)},
    }
    ((nobody, _whole),) = [
        (row["units"], row["whole"])
        for row in since(plots, "UPDATE test_plot SET unit_id = NULL")
        if row["units"] != [2]
    ]
    assert nobody == []


def test_an_update_that_changes_nothing_tells_nothing(plots: Plots) -> None:  # noqa: F811
    plots.put(1)
    before = plots.seq
    assert since(plots, "UPDATE test_plot SET title = title, unit_id = 1") == []
    assert since(plots, "DELETE FROM test_plot WHERE id = 99") == []
    assert plots.seq == before


def test_what_no_tile_shows_has_no_place_but_a_number(plots: Plots) -> None:  # noqa: F811
    plots.put(1)
    (row,) = since(plots, "UPDATE test_plot SET updated_at = now()")
    assert (row["whole"], row["west"], row["units"]) == (False, None, [1])
    (row,) = since(plots, "INSERT INTO test_plot (id, unit_id) VALUES (2, 1)")
    assert (row["whole"], row["west"]) == (False, None), "it has no geometry"


def test_other_tables_tell_the_places_of_their_features(plots: Plots) -> None:  # noqa: F811
    plots.put(1, *BAY)
    plots.put(2, *THERE)
    wet = since(plots, "INSERT INTO test_plotstate VALUES (2, 'wet')")
    assert boxes(wet) == {point(*THERE)}
    kind = since(plots, "INSERT INTO test_plotkind VALUES (1, 'field'), (7, 'none')")
    assert boxes(kind) == {point(*BAY), point(*THERE)}
    assert since(plots, "INSERT INTO test_plotstate VALUES (77, 'of nothing')") == []


def test_thousands_of_rows_are_one_change_of_everything(plots: Plots) -> None:  # noqa: F811
    many = (
        "INSERT INTO test_plot (id, geom) SELECT n, ST_Point(105, 10 + n / 1e4, 4326)"
        " FROM generate_series(1, {}) AS n"
    )
    assert len(since(plots, many.format(2_000))) == 2_000
    plots.put(2_001)
    (row,) = since(plots, "UPDATE test_plot SET title = 'x'")
    assert row["whole"]
    (row,) = since(plots, "TRUNCATE test_plot")
    assert row["whole"]
    one_by_one = [
        f"INSERT INTO test_plot (id, geom) VALUES ({n}, ST_Point(105, {n / 500}, 4326))"
        for n in range(1, 5_200)
    ]
    told = since(plots, *one_by_one)
    assert told[-1]["whole"]
    assert len(told) == 5_001, "the rest of the transaction costs nothing more"


def test_of_an_update_only_rows_that_differ_count(plots: Plots) -> None:  # noqa: F811
    plots.sql(
        "INSERT INTO test_plot (id, geom) SELECT n, ST_Point(105, 10 + n / 1e4, 4326)"
        " FROM generate_series(1, 10000) AS n"
    )
    again = "UPDATE test_plot SET title = CASE WHEN id = 5 THEN 'New' ELSE title END"
    assert len(since(plots, again)) == 1


def test_what_is_rolled_back_was_never_told(plots: Plots) -> None:  # noqa: F811
    plots.put(1, *BAY)
    told = since(
        plots,
        "SAVEPOINT s",
        "UPDATE test_plot SET geom = ST_Point(1, 1, 4326)",
        "ROLLBACK TO s",
        "UPDATE test_plot SET geom = ST_Point(106.9, 19.8, 4326)",
    )
    assert boxes(told) == {point(*BAY), point(*THERE)}
    with psycopg.connect(conninfo()) as other:
        before = plots.seq
        other.execute("UPDATE test_plot SET geom = ST_Point(1, 1, 4326)")
        other.rollback()
    assert (plots.seq, plots.told(before)) == (before, [])


def test_a_transaction_has_one_number_whoever_opened_it(plots: Plots) -> None:  # noqa: F811
    told = since(
        plots,
        "INSERT INTO test_plot (id, geom) VALUES (1, ST_Point(105, 10, 4326))",
        "INSERT INTO test_plot (id, geom) VALUES (2, ST_Point(106, 10, 4326))",
    )
    assert {row["seq"] for row in told} == {plots.seq}
    with transaction.atomic(), connection.cursor() as cursor:
        seq = begin_change(SLUG)
        cursor.execute("UPDATE test_plot SET title = 'x'")
    assert {row["seq"] for row in plots.told(seq - 1)} == {seq}


def test_writers_wait_for_each_other_and_none_is_shot(plots: Plots) -> None:  # noqa: F811
    """The product takes the layer first and then rows, psql only rows."""
    plots.put(1)
    plots.put(2)
    wrong: list[BaseException] = []

    def write(first: str) -> None:
        try:
            for number in range(20):
                with psycopg.connect(conninfo()) as database:
                    if first:
                        database.execute("SELECT ioc_change(%s)", [SLUG])
                    for row in (1, 2) if number % 2 or not first else (2, 1):
                        database.execute(
                            "UPDATE test_plot SET title = %s WHERE id = %s",
                            [f"{first}{number}", row],
                        )
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(text,)) for text in ("", "p", "")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_numbers_come_in_the_order_of_commits(plots: Plots) -> None:  # noqa: F811
    """A reader that asks for what is newer than the last number misses nothing."""
    seen: list[int] = []
    with (
        psycopg.connect(conninfo()) as slow,
        psycopg.connect(conninfo(), autocommit=True) as quick,
    ):
        slow.execute("INSERT INTO test_plot (id) VALUES (1)")
        waiting = threading.Thread(
            target=quick.execute, args=("INSERT INTO test_plot (id) VALUES (2)",)
        )
        waiting.start()
        while waiting.is_alive() and not _waits(quick.info.backend_pid):
            pass
        seen.append(plots.seq)
        slow.commit()
        waiting.join(30)
    last = [row["seq"] for row in plots.told(seen[0])]
    assert len(last) == 2
    assert last == sorted(last)


def _waits(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])


def test_a_trigger_that_fails_stops_nobody(plots: Plots) -> None:  # noqa: F811
    plots.put(1)
    told = since(
        plots,
        "ALTER TABLE test_plot RENAME COLUMN unit_id TO area_id",
        "UPDATE test_plot SET title = 'after a column was renamed'",
    )
    assert [row["whole"] for row in told] == [True]


def test_a_layer_that_no_longer_reads_a_table_leaves_it_alone(plots: Plots) -> None:  # noqa: F811
    assert install() == []
    fewer = replace(plots.layer, relation="test_plot", fields=(), touched_by=())
    with registry.override(fewer):
        assert f"{SLUG}: test_plotkind no more" in install()
    assert since(plots, "INSERT INTO test_plotkind VALUES (1, 'field')") == []


def test_what_everyone_has_read_is_forgotten_and_the_floor_says_so(
    plots: Plots,  # noqa: F811
) -> None:
    plots.put(1)
    last = plots.told()[-1]["seq"]
    assert forget_old(3_600) == 0
    assert forget_old(-1) > 0
    assert plots.told() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM core_touched_floor WHERE slug = %s", [SLUG])
        assert cursor.fetchone()[0] == last
