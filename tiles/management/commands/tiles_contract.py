"""``manage.py tiles_contract URL``: Martin's contract against any tile server."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tiles.contract import Outcome, Server, run
from tiles.contract.fixture import (
    VARIANTS,
    create_schemas,
    drop_schemas,
    martin_config,
    write_assets,
)

FONT = "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff"


class Command(BaseCommand):
    help = (
        "Run the forty rows of Martin's HTTP contract against a tile server. The"
        " server must publish what --create-fixture makes: the schemas contract_a"
        " and contract_b, and the folder var/contract of sprites, fonts and styles."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", help="for example http://127.0.0.1:3000")
        parser.add_argument("--prefix", default="", help="/tiles for this product")
        parser.add_argument("--key", default="", help="sent as a Bearer key")
        parser.add_argument("--server", choices=("martin", "ours"), default=None)
        parser.add_argument(
            "--also",
            action="append",
            default=[],
            metavar="NAME=URL",
            help="the same server configured otherwise, URL with its prefix: "
            + ", ".join(VARIANTS),
        )
        parser.add_argument("--create-fixture", action="store_true")
        parser.add_argument("--drop-fixture", action="store_true")
        parser.add_argument(
            "--print-martin-config",
            nargs="?",
            const="",
            metavar="NAME",
            help="a configuration for Martin: plain, or one of the above",
        )
        parser.add_argument("--listen", default="127.0.0.1:3000")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.VAR_DIR) / "contract"
        if options["create_fixture"]:
            create_schemas()
            write_assets(folder, Path(settings.BASE) / "node_modules" / FONT)
            self.stderr.write(f"schemas contract_a, contract_b; drawings in {folder}")
        if options["print_martin_config"] is not None:
            variant, listen = options["print_martin_config"], options["listen"]
            self.stdout.write(martin_config(folder, variant, listen, _database()))
        if options["url"]:
            self.test(options)
        if options["drop_fixture"]:
            drop_schemas()

    def test(self, options: dict[str, Any]) -> None:
        server = Server(
            options["url"],
            prefix=options["prefix"],
            key=options["key"],
            kind=options["server"],
        )
        for text in options["also"]:
            name, _eq, url = text.partition("=")
            if name not in VARIANTS or not url:
                raise CommandError(f"--also {text}: one of {', '.join(VARIANTS)}")
            server.others[name] = _other(url, server)
        counts: Counter[str] = Counter()
        for outcome in run(server):
            counts[outcome.result] += 1
            self.show(outcome)
        told = ", ".join(f"{count} {result}" for result, count in counts.items())
        self.stdout.write(f"{server.url}{server.prefix} ({server.kind}): {told}")
        if counts["failed"]:
            raise SystemExit(1)

    def show(self, outcome: Outcome) -> None:
        row = outcome.row
        style = self.style.ERROR if outcome.result == "failed" else str
        self.stdout.write(style(f"{row.number:>2}  {outcome.result:<14}  {row.title}"))
        if outcome.text:
            self.stdout.write(f"{'':>20}{outcome.text}")
        for reason in outcome.differences:
            self.stdout.write(f"{'':>20}ours differs: {reason}")


def _other(url: str, server: Server) -> Server:
    scheme, _sep, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return Server(
        f"{scheme}://{host}", prefix=slash + path, key=server.key, kind=server.kind
    )


def _database() -> str:
    """The connection string of this site's database, for Martin."""
    told = connection.settings_dict
    user = f"{told['USER']}:{told['PASSWORD']}" if told["PASSWORD"] else told["USER"]
    return f"postgres://{user}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
