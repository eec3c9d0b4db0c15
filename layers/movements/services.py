"""Writing movements: tracks that were settled again get their movements anew.

The analyser only notes which devices changed and since when (``movements_due``, in
the transaction that settles); :func:`settle_due` does the work for many at once.
What comes out depends on the settled tracks (and, for what is open, on the time),
never on the order in which they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from layers.core.versions import begin_change
from layers.tracks.batch import Settled, midnight

from . import finding, params, reading, storing
from .choices import MEETINGS, SINGLE, Kind
from .finding import World
from .models import Movement
from .moves import Found, Seed
from .ports import ports
from .reading import BRANCHES, Loaded, day_of
from .storing import SLUG, Draft

SQL = Path(__file__).parent / "sql"
BATCH = 1_000
# an end within this of what changed may be no end: fishing is joined across an hour
MARGIN_S = 2 * params.HOUR_S
CONTEXT_DAYS = 1
SEEDED = (Kind.STOP, Kind.VISIT)


def note(settled: Settled) -> None:
    """The analyser of tracks: remember what has to be looked at again."""
    mark(settled.device_id.tolist(), settled.since.tolist())


def mark(devices: list[int], since: list[float]) -> None:
    with connection.cursor() as cursor:
        cursor.execute((SQL / "mark.sql").read_text(), [devices, since])


def settle_due(now: datetime | None = None, batches: int = 100) -> int:
    """Look at what is due; how many devices were looked at."""
    moment = (now or timezone.now()).timestamp()
    done = 0
    for _batch in range(batches):
        with transaction.atomic():
            due = _take()
            if not due:
                break
            begin_change(SLUG)
            _settle(due, moment)
            done += len(due)
    return done


def _take() -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute((SQL / "take.sql").read_text(), [BATCH])
        return dict(cursor.fetchall())


def _settle(due: dict[int, float], now: float) -> None:
    # from the beginning of the day on everything is made anew
    since = {d: at // params.DAY_S * params.DAY_S - MARGIN_S for d, at in due.items()}
    world_of = _worlds(now)
    known = _stored(Q(device_id__in=list(due), kind__in=SINGLE), since)
    loaded, begin = _load(known, since)
    world = world_of(loaded)
    seeds = {kind: _seeds(known, loaded, begin, kind) for kind in SEEDED}
    found = finding.single(loaded, seeds[Kind.STOP], seeds[Kind.VISIT], world)
    drafts = [_draft(each, loaded, world) for each in found]
    storing.replace(known, _touched(drafts, known, since), now)
    keys = Q(tracks__overlap=_tracks_of(list(due), loaded))
    met = _stored(keys & Q(kind__in=MEETINGS), since)
    everyone = _everyone(met, since)
    world = world_of(everyone)
    found = finding.together(everyone, world)
    drafts = [_draft(each, everyone, world) for each in found]
    storing.replace(met, _touched(drafts, met, since), now)


def _worlds(now: float) -> Callable[[Loaded], World]:
    def of(loaded: Loaded) -> World:
        ids = {
            each.vessel_id for many in loaded.tracks.fitted.values() for each in many
        }
        return World(ports(), reading.ships(sorted(ids)), now, params.current())

    return of


def _stored(condition: Q, since: dict[int, float]) -> list[Movement]:
    """Rows that hold and did not end before what is made anew."""
    earliest = datetime.fromtimestamp(min(since.values()), UTC)
    open_or_later = Q(ended_at__isnull=True) | Q(ended_at__gte=earliest)
    rows = Movement.objects.filter(condition & open_or_later, retracted_at=None)
    return [row for row in rows if _concerns(row.tracks, row.ended_at, since)]


def _concerns(
    tracks: list[int], ended: datetime | None, since: dict[int, float]
) -> bool:
    begin = [since[key // BRANCHES] for key in tracks if key // BRANCHES in since]
    return bool(begin) and (ended is None or ended.timestamp() >= min(begin))


def _load(
    known: list[Movement], since: dict[int, float]
) -> tuple[Loaded, dict[int, float]]:
    """The tracks of the devices, and from when on each is there: a day before what is
    made anew, or where a movement began that it cuts."""
    begin = dict(since)
    for row in known:
        if row.kind not in SEEDED:
            begin[row.device_id] = min(begin[row.device_id], row.began_at.timestamp())
    days = {d: reading.before(day_of(at), CONTEXT_DAYS) for d, at in begin.items()}
    for device, last in reading.last_days(list(days)).items():
        days[device] = min(days[device], reading.before(last, CONTEXT_DAYS))
    loaded = reading.load(list(days), days, None)
    # a track that goes on after a silence: what was before the silence counts
    silent = {
        device: reading.before(day_of(float(two[0])), CONTEXT_DAYS)
        for device, two in reading.first_points(loaded).items()
        if day_of(float(two[0])) < days[device]
    }
    if silent:
        days |= silent
        loaded = reading.load(list(days), days, None)
    return loaded, {d: midnight(day) for d, day in days.items()}


def _everyone(met: list[Movement], since: dict[int, float]) -> Loaded:
    """The tracks of all devices that are heard in the span."""
    begin = [*since.values(), *(row.began_at.timestamp() for row in met)]
    first = day_of(min(begin) - MARGIN_S)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT device_id FROM tracks_day WHERE day >= %s ORDER BY 1",
            [first],
        )
        devices = [device for (device,) in cursor.fetchall()]
    return reading.load(devices, dict.fromkeys(devices, first), None)


def _seeds(
    known: list[Movement], loaded: Loaded, begin: dict[int, float], kind: str
) -> dict[int, Seed]:
    """Stops or visits that had begun before what was loaded, by track."""
    place = {int(key): i for i, key in enumerate(loaded.tracks.key)}
    found = {}
    for row in known:
        began = row.began_at.timestamp()
        track = place.get(row.tracks[0])
        if row.kind == kind and track is not None and began < begin[row.device_id]:
            lon, lat = storing.place(row.geom)
            found[track] = Seed(began, lon, lat, row.details)
    return found


def _tracks_of(devices: list[int], loaded: Loaded) -> list[int]:
    wanted = set(devices)
    keys = loaded.tracks.key.tolist()
    return [key for key in keys if key // BRANCHES in wanted] or [-1]


def _draft(found: Found, loaded: Loaded, world: World) -> Draft:
    tracks = (found.track, *found.others)
    keys = [int(loaded.tracks.key[track]) for track in tracks]
    vessels = [loaded.tracks.vessel(track, found.began) for track in tracks]
    return Draft(found, keys, vessels, world)


def _touched(
    drafts: list[Draft], known: list[Movement], since: dict[int, float]
) -> list[Draft]:
    """Those that are known, and those that did not end before what is made anew."""
    found = []
    names = {row.external_id for row in known}
    for draft in drafts:
        end = draft.found.ended
        ended = None if isnan(end) else datetime.fromtimestamp(end, UTC)
        if draft.name in names or _concerns(draft.keys, ended, since):
            found.append(draft)
    return found


def advance(now: datetime | None = None) -> int:
    """The clock: silences that began or grew long, and meetings that nobody has heard
    of since, are looked at; how many devices."""
    moment = now or timezone.now()
    p = params.current()
    soonest = min(p.gap_published_hours, p.gap_vms_published_hours)
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "silent.sql").read_text(),
            {
                "raw": moment - timedelta(hours=p.gap_raw_hours),
                "published": moment - timedelta(hours=soonest),
                "most": moment - timedelta(days=p.gap_open_days + 1),
                "lost": moment - timedelta(days=p.gap_open_days),
            },
        )
        silent = [device for (device,) in cursor.fetchall()]
    old = Movement.objects.filter(
        kind__in=[*MEETINGS, Kind.LOITERING, Kind.FISHING],
        ended_at=None, retracted_at=None, updated_at__lt=moment - timedelta(hours=1),
    )  # fmt: skip
    # nothing is new: only what is open is looked at
    since = defaultdict(moment.timestamp, dict.fromkeys(silent, moment.timestamp()))
    for row in old:
        for key in row.tracks:
            device = key // BRANCHES
            since[device] = min(since[device], row.updated_at.timestamp())
    mark(list(since), list(since.values()))
    return len(since)
