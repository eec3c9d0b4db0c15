"""Where every unit stands: the newest verdict on each series and the one before.

Read at once for all units and kept until the figures change, so that a leader's
brief and the marks on the map cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.core.scope import Grant
from layers.core.versions import cached_by_version

from . import turning
from .contract import Figure, Verdict
from .models import Latest
from .models.figures import NATIONAL
from .reading import facts


@dataclass(frozen=True, slots=True)
class Standing:
    """A series' newest figure as it is judged, and how the one before was."""

    figure: Figure
    verdict: Verdict
    before: Verdict | None

    @property
    def turned_red(self) -> bool:
        red = self.verdict.status == "red"
        return red and self.before is not None and self.before.status != "red"


@dataclass(frozen=True, slots=True)
class Board:
    """``newest`` measured figure of every series; ``judged`` those with a verdict."""

    newest: list[Figure]
    judged: list[Standing]


def of(grant: Grant) -> Board:
    """What the caller may see of it."""
    whole = _board()
    if grant.units is None:
        return whole
    return Board(
        [figure for figure in whole.newest if grant.sees_unit(figure.unit_id)],
        [entry for entry in whole.judged if grant.sees_unit(entry.figure.unit_id)],
    )


@cached_by_version("indicators")
def _board() -> Board:
    kept = Latest.objects.exclude(facet=NATIONAL)
    found = facts.newest(kept.values_list("indicator_id", "unit_id", "facet"))
    verdicts = {s: answer for s, answer in turning.judged(found).items() if answer}
    past = turning.judged(turning.before([found[series] for series in verdicts]))
    judged = [
        Standing(found[series], answer, past.get(series))
        for series, answer in verdicts.items()
    ]
    return Board(list(found.values()), judged)


def reds(entries: Iterable[Standing]) -> dict[int, list[Standing]]:
    """What is red by unit, the units with most first."""
    found: dict[int, list[Standing]] = {}
    for entry in entries:
        if entry.verdict.status == "red":
            found.setdefault(entry.figure.unit_id, []).append(entry)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
