"""Martin's contract, row by row, on our own tile service in a real web process."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from gis_ioc.accounts.models import ApiKey, User
from gis_ioc.live.tests.server import Server as Process
from gis_ioc.live.tests.server import free_port, serve, wait_ready
from tiles.contract import NotApplicable, Server
from tiles.contract.fixture import (
    SCHEMAS,
    create_schemas,
    drop_schemas,
    martin_config,
    sfnt,
    write_assets,
)
from tiles.contract.row import ROWS, load, run_row
from tiles.management.commands.tiles_contract import FONT

pytestmark = pytest.mark.xdist_group("tile contract")
APP = "tests.contract.tile_app:application"
VARIANTS = ("based", "listed", "closed")
load()
FONT_FILE = settings.BASE / "node_modules" / FONT


@pytest.fixture(scope="module")
def tiles(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Server]:
    """Our server over the fixture, and its variants."""
    folder = tmp_path_factory.mktemp("contract")
    write_assets(folder, FONT_FILE)
    with django_db_blocker.unblock():
        create_schemas()
        user = User.objects.create_superuser("test-contract", password="a-test-secret")
        key = ApiKey.issue(user, "contract")[1]
    port = free_port()
    process = serve(
        APP,
        port,
        IOC_TILE_SCHEMAS=",".join(SCHEMAS),
        IOC_SPRITES=str(folder / "sprites"),
        IOC_FONTS=str(folder / "fonts"),
        IOC_STYLES=str(folder / "styles"),
    )
    try:
        yield opened(Process(port, process), key)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        with django_db_blocker.unblock():
            drop_schemas()
            ApiKey.objects.filter(user=user).delete()
            user.delete()


def opened(process: Process, key: str) -> Server:
    """The running server, when it has published the fixture's tables."""
    wait_ready(process)
    found = Server(process.url, prefix="/tiles", key=key)
    found.others["prefixed"] = Server(process.url, prefix="/tiles", key=key)
    for name in VARIANTS:
        found.others[name] = Server(
            process.url, prefix=f"/{name}", key=key, kind="ours"
        )
    deadline = time.monotonic() + 30
    while True:
        answer = found.get("/catalog")
        if answer.status == 200 and "zoomed" in answer.json()["tiles"]:
            return found
        assert time.monotonic() < deadline, (answer.status, answer.text[:500])
        time.sleep(0.1)


@pytest.mark.parametrize("number", sorted(ROWS))
def test_our_tile_service_keeps_the_row(number: int, tiles: Server) -> None:
    outcome = run_row(ROWS[number], tiles)
    if outcome.result == "not applicable":
        pytest.skip(outcome.text)
    assert outcome.result == "passed", f"{outcome.row.title}: {outcome.text}"


def test_the_suite_has_its_forty_rows() -> None:
    assert sorted(ROWS) == list(range(1, 41))


def test_a_server_that_answers_wrongly_fails_the_row(tiles: Server) -> None:
    elsewhere = Server(tiles.url, prefix="/tiles/nowhere", kind="martin")
    outcomes = [run_row(row, elsewhere) for row in ROWS.values()]
    failed = [each for each in outcomes if each.result == "failed"]
    assert len(failed) > 25, "rows pass where nothing is"
    assert all(each.text for each in failed)
    assert run_row(ROWS[1], elsewhere).result == "failed"
    assert "404" in run_row(ROWS[1], elsewhere).text


def test_a_row_that_needs_another_server_says_which(tiles: Server) -> None:
    alone = Server(tiles.url, prefix="/tiles", key=tiles.key)
    outcome = run_row(ROWS[13], alone)
    assert outcome.result == "not applicable"
    assert "based" in outcome.text
    with pytest.raises(NotApplicable):
        alone.other("closed")


def test_martins_configuration_names_the_fixture(tmp_path: Any) -> None:
    text = martin_config(tmp_path, "based", "127.0.0.1:3000", "postgres://h/d")
    assert "base_path: /map" in text
    assert "from_schemas: [contract_a, contract_b]" in text


def test_a_woff_file_becomes_a_font_that_freetype_reads(tmp_path: Any) -> None:
    import freetype

    path = tmp_path / "font.ttf"
    path.write_bytes(sfnt(FONT_FILE.read_bytes()))
    assert freetype.Face(str(path)).family_name == b"Be Vietnam Pro"
    with pytest.raises(ValueError, match="WOFF"):
        sfnt(path.read_bytes())
