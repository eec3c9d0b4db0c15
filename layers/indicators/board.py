"""Where every unit stands: the newest verdict on each series and the one before.

Read at once for all units and kept until the figures change, so that a leader's
brief and the marks on the map cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.core import units
from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.core.versions import cached_by_version

from . import turning
from .casting.cast import cast, castable
from .contract import Figure, Verdict
from .models import Latest
from .models.figures import NATIONAL
from .reading import facts
from .reading.facts import Series

# There are many of these: only what was published for them, nothing cast.
SMALL = "commune"


@dataclass(frozen=True, slots=True)
class Standing:
    """A series' newest figure as it is judged; of a red one how the one before was."""

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
    newest = facts.newest(kept.values_list("indicator_id", "unit_id", "facet"))
    large = [n for n in units.tree().nodes.values() if n.kind != SMALL]
    ids = {node.id for node in large}
    found = {key: got for key, got in newest.items() if key[1] not in ids}
    return Board(list(newest.values()), _judged(found | _cast(large)))


def _cast(nodes: list[UnitNode]) -> dict[Series, Figure]:
    """Figures with bands as the drawers of the units have them, estimates among
    them."""
    of = {i.pk: i for i in facts.catalogue().by_id.values() if i.red}
    listed = [
        (of[pk], facet)
        for pk, facet in facts.series_of([node.id for node in nodes], of)
        if facet != NATIONAL
    ]
    have = {indicator.pk for indicator, _facet in listed}
    listed += [(i, "") for i in of.values() if i.pk not in have and castable(i)]
    return cast(listed, nodes, facts.NOW)


def _judged(found: dict[Series, Figure]) -> list[Standing]:
    verdicts = {s: answer for s, answer in turning.judged(found).items() if answer}
    red = [found[s] for s, answer in verdicts.items() if answer.status == "red"]
    past = turning.judged(turning.before(red))
    return [
        Standing(found[series], answer, past.get(series))
        for series, answer in verdicts.items()
    ]


def reds(entries: Iterable[Standing]) -> dict[int, list[Standing]]:
    """What is red by unit, the units with most first."""
    found: dict[int, list[Standing]] = {}
    for entry in entries:
        if entry.verdict.status == "red":
            found.setdefault(entry.figure.unit_id, []).append(entry)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
