"""Back-tests: a rule run over what is stored, beside the version that is in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from layers.alerts.kinds import kinds
from layers.alerts.kinds.silence import SilenceParams
from layers.alerts.models import Rule
from layers.core.ingest import Observed
from layers.core.models import Event
from layers.core.observations import stored
from layers.core.spec import registry

from . import result
from .booking import Change
from .ticking import Live, Silences, step_of
from .trial import Trial, joined, only

# So much before the span is looked at as well: what stands when it begins is no alert.
WARM_UP_S = 6 * 3_600.0
EVENTS_AT_ONCE = 2_000
Progress = Callable[[float, int], None]


class UntriableError(LookupError):
    """Nothing is stored that the rule could be tried on; the text says what."""


def way(rule: Rule) -> str:
    """What a rule is tried on: ``events``, ``observations``, or "" when nothing that
    it looks at is stored."""
    kind = kinds.get(rule.kind)
    if kind is None or rule.layer not in registry:
        return ""
    if kind.hears is not None:
        return "events"
    if kind.evaluate is not None and registry[rule.layer].observations:
        return "observations"
    return ""


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


class Seen:
    """What was read, and how far the work is."""

    def __init__(
        self, since: float, until: float, progress: Progress, passes: int
    ) -> None:
        self.since, self.until, self.progress = since, until, progress
        self.passes, self.done, self.rows = passes, 0, 0
        self.counted = 0
        self.first = self.last = self.step_s = 0.0

    def saw(self, first: float, last: float, rows: int, start: float) -> None:
        """One batch: its times, its rows, and where its pass began."""
        self.rows += rows
        if self.done == 0:
            self.counted += rows
            self.first = first if not self.first else min(self.first, first)
            self.last = max(self.last, last)
        share = (last - start) / max(self.until - start, 1.0)
        self.progress((self.done + min(max(share, 0.0), 1.0)) / self.passes, self.rows)


def _pass(what: str, slug: str, trials: list[Trial], seen: Seen) -> None:
    if what == "events":
        for trial in trials:
            _over_events(trial, seen)
    else:
        _over_observations(slug, trials, seen)


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
        lookback = getattr(kind, "lookback", None)
        self.lookback_s = float(lookback(params)) if lookback is not None else 0.0
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


def _over_events(trial: Trial, seen: Seen) -> None:
    """The recorded events of the layer that begin and end the condition."""
    rule = trial.rule
    assert rule.kind.hears is not None
    began, ended = rule.kind.hears(rule.params)
    wanted = Event.objects.filter(
        layer=rule.row.layer,
        kind__in=[began, ended] if ended else [began],
        happened_at__gte=result.moment(seen.since - WARM_UP_S),
        happened_at__lt=result.moment(seen.until),
    ).order_by("happened_at", "pk")
    batch: list[Event] = []
    for event in wanted.iterator(chunk_size=EVENTS_AT_ONCE):
        batch.append(event)
        if len(batch) >= EVENTS_AT_ONCE:
            _hear(trial, batch, began, seen)
            batch = []
    if batch:
        _hear(trial, batch, began, seen)
    _lapse(trial, seen.until)


def _hear(trial: Trial, events: Sequence[Event], began: str, seen: Seen) -> None:
    lasts_s = (getattr(trial.rule.params, "lasts_minutes", None) or 0) * 60
    ids = {event.feature_id for event in events if event.feature_id is not None}
    passed = _passed(trial, ids)
    changes = [
        _change(event, on=event.kind == began)
        for event in events
        # an end always counts, and so does what concerns a group
        if event.kind != began or event.feature_id is None or event.feature_id in passed
    ]
    if lasts_s:
        for change in changes:
            _lapse(trial, change.at)
            trial.book.apply([change])
    else:
        trial.book.apply(changes)
    times = [event.happened_at.timestamp() for event in events]
    seen.saw(min(times), max(times), len(events), seen.since)


def _lapse(trial: Trial, now: float) -> None:
    """End what was not told anew within the time that the rule gives."""
    lasts = getattr(trial.rule.params, "lasts_minutes", None)
    if lasts:
        trial.book.lapse(lasts * 60, now)


def _passed(trial: Trial, ids: Iterable[int]) -> set[int]:
    asked = np.array(sorted(ids), dtype=np.int64)
    return set(asked[trial.wanted(asked)].tolist()) if len(asked) else set()


def _change(event: Event, *, on: bool) -> Change:
    new = event.new if isinstance(event.new, dict) else {}
    group = str(new.get("group") or "")
    delay = (event.known_at - event.happened_at).total_seconds()
    return Change(
        subject=event.feature_id if event.feature_id is not None else group,
        title=event.title or group,
        unit_id=event.unit_id or 0,
        lon=event.geom.x if event.geom else float("nan"),
        lat=event.geom.y if event.geom else float("nan"),
        at=event.happened_at.timestamp(),
        on=on,
        delay_s=delay,
    )


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
