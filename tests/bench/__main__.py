"""``python -m tests.bench [module …]``: run benchmarks and print the table.

``--name value`` is what a module reads as ``IOC_BENCH_NAME``.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import django

from tests.bench import Row, __path__

VERDICTS = {None: "", True: "ok", False: "MISSED"}


def line(row: Row) -> str:
    value = f"{row.value:,.3g}" if abs(row.value) < 1_000 else f"{row.value:,.0f}"
    verdict = VERDICTS[row.passed]
    cells = f"{row.name:<58} {value:>10} {row.unit:<6} {row.budget:<10} {verdict:<6}"
    return f"{cells} {row.note}".rstrip()


def options(arguments: list[str]) -> list[str]:
    """Puts ``--name value`` into the environment; the other arguments."""
    names = []
    given = iter(arguments)
    for argument in given:
        if argument.startswith("--"):
            name = argument[2:].upper().replace("-", "_")
            os.environ[f"IOC_BENCH_{name}"] = next(given, "")
        else:
            names.append(argument)
    return names


def main(arguments: list[str]) -> int:
    names = options(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_ioc.settings")
    django.setup()
    known = [m.name for m in iter_modules(__path__) if not m.name.startswith("_")]
    unknown = set(names) - set(known)
    if unknown:
        print(
            f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
        return 2
    missed = False
    for name in names or known:
        module = import_module(f"tests.bench.{name}")
        if not names and getattr(module, "ON_DEMAND", False):
            continue
        print(f"== {name}", flush=True)
        for row in module.run():
            print(line(row), flush=True)
            missed = missed or row.passed is False
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
