"""What a rule kind is. Nothing here touches the database: a kind is a pure function
over arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from layers.core.registry import Registry
from layers.core.shown import Params, Shown
from layers.core.spec import Layer, Text

from .areas import Zones, no_zones
from .columns import (
    LATE_S,
    TAIL,
    Batch,
    States,
    Transitions,
    blank_states,
    concat,
    merged,
    no_states,
    nothing_changed,
    with_features,
)
from .needs import Needs
from .search import Bools, Floats, Ints, Objects
from .uniting import Unite

__all__ = [
    "LATE_S",
    "TAIL",
    "Batch",
    "Bools",
    "Floats",
    "Ints",
    "Needs",
    "Objects",
    "Params",
    "Shown",
    "States",
    "Transitions",
    "Zones",
    "blank_states",
    "concat",
    "merged",
    "no_states",
    "no_zones",
    "nothing_changed",
    "with_features",
]

Evaluate = Callable[[Any, Zones, States, Batch], tuple[States, Transitions]]
# Which rows of a batch may begin something for which of many rules of one kind:
# (rule, row), shapes (k,), ordered by rule.
Look = Callable[[Batch], tuple[Ints, Ints]]
Screen = Callable[[list[Any], list[Zones]], Look]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind:
    """A kind of rule.

    It works on observations (``evaluate``), on events (``hears``: for parameters
    the kinds of event that begin it and end it) or on alerts of other rules
    (``pairs``: for parameters their codes). ``verbs`` name the two transitions
    in events (on, off), ``maybe_verb`` what is only possible; such alerts have the
    severity that ``maybe_severity`` gives for parameters.
    ``raises`` tells for parameters which transition raises the alert and whether
    the alert lasts (False: a momentary alert, cleared as it is raised).
    ``columns`` are the numeric fields of observations that it reads; of a timed kind
    also dates and times of the row, as seconds since 1970 UTC.
    ``side``: parameters tell which side of zones it is about (``outward`` for
    beyond an outline or line, ``inward``, or "" for areas alone).

    ``needs_zone``: it has zones or cannot work; ``may_zone``: it also works without.
    ``needs``: what the layer must declare, see :meth:`lacking`.

    How it is fed. ``timed``: by the clock, over the newest rows of the layer with
    ``Batch.now`` set; ``heard`` says that observations end (never begin) it as well.
    ``lookback``: seconds before the first row of the batch from which the stored
    observations of the batch's features are added, up to the newest (all of them
    ``Batch.known``); 0: none. Of features that were behind (something newer was known)
    the engine adds what is stored after their first row to every kind alike.
    ``others``: layer and CQL2 filter of what a timed kind over pairs compares with
    (``Batch.others``); "" of both: its own features.
    ``paired``: it is about pairs; a state's ``zone_id`` is then the other feature (of
    the layer that ``others`` names), and no zone. ``total``: it is about all features
    together: the rule's own filter chooses which are counted, and its states have
    feature 0 and the zone (0: everywhere), so the alert is about the group
    ``zone:<id>``. Timed kinds get rows that the filter has passed already.
    ``screen``: made once for all rules of the kind that are in force (parameters and
    zones, in one order), it tells from a batch alone which rows may begin something
    for which rule. A rule has to be evaluated on the features of those rows and of
    its states, on nothing else. None: always on everything.
    ``unite``: which rules of the kind can be evaluated as one, see ``uniting``; those
    of one union look back equally far. None: each by itself.
    """

    slug: str
    title: Text
    params: type[Params]
    evaluate: Evaluate | None = None
    hears: Callable[[Any], tuple[str, str]] | None = None
    pairs: Callable[[Any], tuple[str, str]] | None = None
    verbs: tuple[str, str] = ("", "")
    maybe_verb: str = ""
    maybe_severity: Callable[[Any], str] = lambda params: ""
    needs_zone: bool = False
    may_zone: bool = False
    needs: Needs = field(default_factory=Needs)
    timed: bool = False
    heard: bool = False
    order: int = 100
    raises: Callable[[Any], tuple[bool, bool]] = lambda params: (True, True)
    columns: Callable[[Any], tuple[str, ...]] = lambda params: ()
    side: Callable[[Any], str] = lambda params: ""
    lookback: Callable[[Any], float] = lambda params: 0.0
    screen: Screen | None = None
    unite: Unite | None = None
    others: Callable[[Any], tuple[str, str]] = lambda params: ("", "")
    paired: bool = False
    total: bool = False

    def lacking(self, layer: Layer) -> Text:
        """What ``layer`` lacks for rules of this kind, in words; "": nothing."""
        return self.needs.lacking(layer)

    def fits(self, layer: Layer) -> bool:
        """Whether ``layer`` may have rules of this kind."""
        return not self.lacking(layer)


kinds: Registry[RuleKind] = Registry("rule kind")
