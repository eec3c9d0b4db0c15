"""``manage.py simulate``: the demo's senders, each over its real protocol."""

from __future__ import annotations

import asyncio
import logging
from argparse import ArgumentParser
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import feeds.simulate

RESTART_S = 5.0

log = logging.getLogger(__name__)


def simulators() -> dict[str, ModuleType]:
    """Modules of ``feeds.simulate`` that have a coroutine ``run``."""
    found = {}
    for entry in iter_modules(feeds.simulate.__path__):
        if entry.ispkg:
            continue
        module = import_module(f"feeds.simulate.{entry.name}")
        if asyncio.iscoroutinefunction(getattr(module, "run", None)):
            found[entry.name] = module
    return found


async def keep(name: str, module: ModuleType, options: dict[str, Any]) -> None:
    while True:
        try:
            await module.run(options)
        except Exception:
            log.exception("simulator %s stopped; again in %.0f s", name, RESTART_S)
        await asyncio.sleep(RESTART_S)


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Simulate the sources of the demo province (refused outside a demo)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=38)
        parser.add_argument(
            "--trouble",
            action="append",
            default=[],
            metavar="CODE=KIND",
            help="break a sender on purpose, e.g. a station: exceed, silence, spike",
        )
        parser.add_argument("--only", nargs="*", default=[], help="names of simulators")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IOC_DEMO:
            raise CommandError("IOC_DEMO is off: nothing is simulated here")
        known = simulators()
        unknown = set(options["only"]) - set(known)
        if unknown:
            raise CommandError(f"no such simulator: {', '.join(sorted(unknown))}")
        chosen = {n: m for n, m in known.items() if n in (options["only"] or known)}
        try:
            asyncio.run(self.serve(chosen, options))
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    async def serve(
        self, chosen: dict[str, ModuleType], options: dict[str, Any]
    ) -> None:
        async with asyncio.TaskGroup() as group:
            for name, module in chosen.items():
                group.create_task(keep(name, module, options))
            self.stdout.write(f"simulating: {', '.join(chosen)}")
