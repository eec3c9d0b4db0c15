"""The command line of ``./ioc``."""

import argparse
import os
import shutil
import sys

from launcher import config as configuration
from launcher import console, datahome, lint, logs, report, running, session, testing
from launcher.config import Options
from launcher.errors import LauncherError
from launcher.layout import Layout


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="./ioc", description="Run GIS-IOC.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="install what is missing and start")
    up.add_argument("--detach", "-d", action="store_true", help="run in background")
    up.add_argument("--port", type=int, help="port of the web server")
    up.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="with demo data and users (usual), or without; remembered",
    )
    up.add_argument("--no-simulators", action="store_true", help="no simulated feeds")
    commands.add_parser("down", help="stop everything")
    status = commands.add_parser("status", help="what runs, where, for whom")
    status.add_argument("--json", action="store_true", help="for programs")
    commands.add_parser("test", help="run all tests [pytest arguments]")
    commands.add_parser("bench", help="run the benchmarks [names]")
    commands.add_parser("lint", help="run all checkers")
    reset = commands.add_parser("reset", help="stop and delete all data in var/")
    reset.add_argument("--yes", "-y", action="store_true", help="do not ask")
    log = commands.add_parser("logs", help="show log files")
    log.add_argument("process", nargs="*", help="which; all if none is named")
    log.add_argument("--follow", "-f", action="store_true", help="go on showing")
    log.add_argument("--lines", "-n", type=int, default=40, help="how many lines")
    return top


def main(arguments: list[str]) -> int:
    """Run a command; returns the exit code."""
    console.make_output_safe()
    try:
        if arguments[:1] == ["test"] and arguments[1:] not in (["-h"], ["--help"]):
            return testing.test(Layout(instance="test"), arguments[1:])
        if arguments[:1] == ["bench"]:
            return testing.bench(Layout(instance="bench"), arguments[1:])
        return _dispatch(parser().parse_args(arguments))
    except LauncherError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except PermissionError as error:
        print(
            f"{error}\nDoes the clone or its var/ belong to another user? Start "
            "./ioc as that user or as root.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130


def _dispatch(chosen: argparse.Namespace) -> int:
    layout = Layout()
    match chosen.command:
        case "up":
            options = Options(
                port=chosen.port,
                demo=chosen.demo,
                simulators=not chosen.no_simulators,
            )
            return running.up(layout, options, chosen.detach)
        case "down":
            return down(layout)
        case "status":
            return report.show(layout, chosen.json)
        case "lint":
            return lint.lint(layout)
        case "reset":
            return reset(layout, chosen.yes)
        case "logs":
            return logs.show(layout, chosen.process, chosen.follow, chosen.lines)
    return 2


def down(layout: Layout) -> int:
    """Stop the running instance and whatever an earlier one left behind."""
    stopped = session.stop(layout)
    left = ""
    if layout.secrets_file.exists():
        left = session.end_orphans(layout, configuration.mark(layout))
    if left:
        console.say(console.step_line("■", "left-over processes", left, 0.0))
    console.say("Stopped." if stopped or left else "Nothing was running.")
    return 0


def reset(layout: Layout, sure: bool) -> int:
    """Stop everything and delete var/ with all data."""
    if not layout.var.exists():
        console.say("There is nothing to delete.")
        return 0
    if not sure and not _confirmed(f"Delete all data in {layout.var}? [y/N] "):
        console.say("Nothing was deleted.")
        return 1
    for instance in ("", "test", "bench"):
        each = Layout(root=layout.root, instance=instance)
        if each.var.exists():
            down(each)
            datahome.remove(each)
    shutil.rmtree(layout.var)
    console.say(f"Deleted {layout.var}.")
    return 0


def _confirmed(question: str) -> bool:
    if not os.isatty(0):
        raise LauncherError("./ioc reset asks first; without a terminal add --yes.")
    return input(question).strip().lower() in ("y", "yes")
