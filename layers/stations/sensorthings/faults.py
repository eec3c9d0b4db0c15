"""What is wrong with a request, and where."""

from __future__ import annotations


class Fault(Exception):
    """Answered with ``status``; the text names the option, the place, the reason."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def misplaced(option: str, at: int, reason: str) -> Fault:
    """A mistake at character ``at`` (from 0) of the text of an option."""
    return Fault(f"{option}, character {at + 1}: {reason}")


def missing(what: str) -> Fault:
    return Fault(f"there is no {what}", 404)
