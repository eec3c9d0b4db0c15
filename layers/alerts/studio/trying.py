"""Back-tests: a rule run over what is stored, beside the version that is in force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from layers.alerts.kinds import kinds
from layers.alerts.kinds.silence import SilenceParams
from layers.alerts.models import Rule
from layers.core.ingest import Observed
from layers.core.observations import stored
from layers.core.spec import registry

from . import result
from .recorded import over_alerts, over_events, over_rows
from .seen import WARM_UP_S, Progress, Seen
from .ticking import Live, Silences, step_of
from .trial import Trial, by_series, joined, only


class UntriableError(LookupError):
    """Nothing is stored that the rule could be tried on; the text says what."""


def way(rule: Rule) -> str:
    """What a rule is tried on: ``events``, ``alerts`` of other rules, ``rows`` of the
    layer as they are today, ``observations``, or "" when nothing is stored."""
    kind = kinds.get(rule.kind)
    if kind is None or rule.layer not in registry:
        return ""
    if kind.hears is not None:
        return "events"
    if kind.pairs is not None:
        return "alerts"
    if kind.timed and kind.needs.moments:
        return "rows"
    if kind.evaluate is None or not registry[rule.layer].observations:
        return ""
    try:
        params = kind.params.model_validate(rule.params)
    except ValidationError:
        return ""
    # what is compared with features of another layer would need both of them at once
    return "" if any(kind.others(params)) else "observations"


def why_not(rule: Rule) -> str:
    """Why a rule cannot be tried, in the reader's words; "" when it can."""
    if way(rule):
        return ""
    kind, layer = kinds.get(rule.kind), registry.get(rule.layer)
    if kind is None or layer is None:
        return _("The kind of rule or the layer is not there any more.")
    try:
        params = kind.params.model_validate(rule.params)
    except ValidationError:
        return _("First fill in the terms of the rule.")
    if kind.evaluate is not None and any(kind.others(params)):
        return _(
            "Rules that look at features of another layer as well cannot be tried: the"
            " trial reads the past of one layer at a time. Say in the reason how the"
            " terms were chosen."
        )
    return _(
        "Nothing is stored of the past of the layer “%(layer)s”, so the rule cannot be"
        " tried. Say in the reason how the terms were chosen."
    ) % {"layer": layer.title}


def run(
    draft: Rule, present: Rule | None, since: float, until: float, progress: Progress
) -> dict[str, Any]:
    """Try the draft, and the present version, on the span (seconds since 1970 UTC).

    ``progress`` gets the share done (0 to 1) and the rows read; what it raises ends
    the work. Raises UntriableError.
    """
    if not way(draft):
        raise UntriableError(draft.layer)
    trials = {"draft": Trial.of(draft, since)}
    if present is not None and present.enabled and way(present):
        trials["present"] = Trial.of(present, since)
    seen = Seen(since, until, progress, passes=0)
    groups: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials.values():
        row = trial.rule.row
        groups.setdefault((way(row), row.layer), []).append(trial)
    seen.passes = len(groups)
    for (what, slug), mine in groups.items():
        _pass(what, slug, mine, seen)
        seen.done += 1
    return _result(trials, seen)


def _pass(what: str, slug: str, trials: list[Trial], seen: Seen) -> None:
    if what == "observations":
        _over_observations(slug, trials, seen)
        return
    over = {"events": over_events, "alerts": over_alerts, "rows": over_rows}[what]
    for trial in trials:
        over(trial, seen)


def _over_observations(slug: str, trials: list[Trial], seen: Seen) -> None:
    """All trials of one layer in one pass over its observations."""
    names = {name for t in trials for name in t.rule.kind.columns(t.rule.params)}
    runs = [Run(trial, seen) for trial in trials]
    start = seen.since - max(run.before_s for run in runs)
    columns = sorted(names | {"received_at"})
    for fresh in stored(registry[slug], columns, start, seen.until):
        for run in runs:
            run.look(fresh)
        seen.saw(float(fresh.at.min()), float(fresh.at.max()), len(fresh), start)
    for run in runs:
        run.finish(seen.until)


class Run:
    """How one trial is fed with observations: as they come, with those before them
    that its kind looks back on, or by a clock."""

    def __init__(self, trial: Trial, seen: Seen) -> None:
        self.trial = trial
        kind, params = trial.rule.kind, trial.rule.params
        self.lookback_s = kind.lookback(params)
        self.before_s = max(WARM_UP_S, self.lookback_s)
        self.kept: Observed | None = None
        self.silences: Silences | None = None
        self.live: Live | None = None
        if isinstance(params, SilenceParams):
            self.silences = Silences(params)
            self.before_s = max(self.before_s, params.minutes * 60)
        elif kind.timed:
            step = step_of(seen.since, seen.until)
            seen.step_s = max(seen.step_s, step)
            self.live = Live(step, seen.since - self.before_s)

    def look(self, fresh: Observed) -> None:
        if self.trial.rule.kind.timed:  # it looks at features as a whole
            fresh = replace(fresh, part=None)
        fresh = by_series(fresh, self.trial.rule.row.parts)
        mine = only(fresh, self.trial.wanted(fresh.feature_id))
        if not len(mine):
            return
        if self.silences is not None:
            self.silences.pass_by(self.trial, mine)
        elif self.live is not None:
            self.live.pass_by(self.trial, mine, float(mine.at.max()))
        elif self.lookback_s:
            whole = joined(self.kept, mine) if self.kept is not None else mine
            self.trial.look(whole)
            self.kept = only(whole, whole.at >= float(mine.at.max()) - self.lookback_s)
        else:
            self.trial.look(mine)

    def finish(self, until: float) -> None:
        if self.silences is not None:
            self.silences.finish(self.trial, until)
        elif self.live is not None:
            self.live.finish(self.trial, until)


def _result(trials: dict[str, Trial], seen: Seen) -> dict[str, Any]:
    booked = {name: trial.book.counted for name, trial in trials.items()}
    if not trials["draft"].rule.row.enabled:
        booked["draft"] = []  # a rule that is off raises nothing
    # where observations begin later than the span, nothing is known of the days before
    stream = way(trials["draft"].rule.row) == "observations"
    since = max(seen.since, seen.first) if stream else seen.since
    found: dict[str, Any] = {
        "rows": seen.counted,
        "first": seen.first or None,
        "last": seen.last or None,
        "step_s": seen.step_s or None,
        "way": way(trials["draft"].rule.row),
        "assumes": result.assumptions(),
        **{
            name: result.summary(alerts, min(since, seen.until), seen.until)
            for name, alerts in booked.items()
        },
    }
    if "present" in booked:
        found["difference"] = result.difference(booked["draft"], booked["present"])
    return found
