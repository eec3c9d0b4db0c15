"""A small layer of boats, one of zones, and units, to try rules on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np
import shapely
from django.apps import apps
from django.contrib.gis.geos import Polygon
from django.db import connection, transaction
from django.urls import get_resolver

from gis_ioc import icons
from layers.alerts import ruleset
from layers.alerts.models import Rule
from layers.alerts.services import save_rule
from layers.core import ingest
from layers.core.ingest import Applied, Observed
from layers.core.spec import Field, Layer, TileSpec, ZoneSpec, by_role, registry
from layers.core.versions import begin_change

from .trial_tables import MOVE, STORE, STORED, TABLES

BOATS, AREAS = "trial_boats", "trial_areas"
# seconds in tests count from here
START = float(round(time.time())) - 120

SAID = ("level", "plan", "error_m", "speed_kn")


@dataclass(frozen=True, slots=True)
class Fix:
    """One message of boat ``boat`` at START + ``t`` seconds."""

    boat: int
    t: float
    lon: float
    lat: float
    level: float = 0.0
    error_m: float = nan
    speed_kn: float = nan
    plan: float = nan


def _before(fix: Fix) -> tuple[float, float, float]:
    """Time and place of the boat's newest fix before this one; NaN without."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM at)::float8, ST_X(geom), ST_Y(geom)"
            " FROM trial_boats WHERE id = %s AND at < to_timestamp(%s)",
            [fix.boat, START + fix.t],
        )
        return cursor.fetchone() or (nan, nan, nan)


def write(fixes: list[Fix], seq: int) -> Applied:
    """The writer of the trial layer: live rows moved only by newer messages."""
    fixes = sorted(fixes, key=lambda fix: (fix.boat, fix.t))
    newest, before = [], []
    with connection.cursor() as cursor:
        for fix in fixes:
            before.append(_before(fix))
            values = [fix.boat, f"TH-{fix.boat:05d}", START + fix.t, fix.lon, fix.lat]
            cursor.execute(MOVE, [*values, fix.level, fix.plan, fix.speed_kn, seq])
            moved = cursor.fetchone() is not None
            said = [fix.level, fix.plan, fix.error_m, fix.speed_kn]
            cursor.execute(STORE, [fix.boat, START + fix.t, fix.lon, fix.lat, *said])
            newest.append(moved)
    n = len(fixes)
    observed = Observed(
        feature_id=np.array([fix.boat for fix in fixes], dtype=np.int64),
        at=np.array([START + fix.t for fix in fixes]),
        lon=np.array([fix.lon for fix in fixes]),
        lat=np.array([fix.lat for fix in fixes]),
        unit_id=np.zeros(n, dtype=np.int64),
        title=[f"TH-{fix.boat:05d}" for fix in fixes],
        newest=np.array(newest, dtype=bool),
        values={
            **{name: np.array([getattr(fix, name) for fix in fixes]) for name in SAID},
            **dict(
                zip(
                    ("before_at", "before_lon", "before_lat"),
                    np.array(before).reshape(-1, 3).T,
                    strict=True,
                )
            ),
        },
    )
    return Applied(duplicate=np.zeros(n, dtype=bool), observed=observed)


def stored(
    columns: Sequence[str], since: float, until: float, ids: list[int] | None = None
) -> Iterator[Observed]:
    """The reader of stored fixes, see layers.core.observations."""
    with connection.cursor() as cursor:
        cursor.execute(STORED, [since, until, ids, ids])
        rows = np.array(cursor.fetchall(), dtype=float).reshape(-1, 4 + len(SAID))
    yield Observed(
        feature_id=rows[:, 0].astype(np.int64),
        at=rows[:, 1],
        lon=rows[:, 2],
        lat=rows[:, 3],
        unit_id=np.zeros(len(rows), dtype=np.int64),
        title=[f"TH-{int(boat):05d}" for boat in rows[:, 0]],
        newest=np.zeros(len(rows), dtype=bool),
        values={
            name: rows[:, 4 + place]
            for place, name in enumerate(SAID)
            if name in columns
        },
    )


def boats_layer() -> Layer:
    return Layer(
        slug=BOATS,
        title="Boats",
        group="Trial",
        icon="ship",
        geometry="point",
        model=by_role("alarms").model,
        relation=BOATS,
        time_field="at",
        ingest="layers.alerts.tests.trial.write",
        observations="layers.alerts.tests.trial.stored",
        tile=TileSpec(kind="live"),
        fields=(
            Field(name="kind", type="text", title="Kind", filter=True),
            Field(name="level", type="number", title="Level", filter=True),
            Field(name="plan", type="number", title="Plan"),
            Field(name="speed_kn", type="number", title="Speed"),
            Field(name="due", type="datetime", title="Due"),
            Field(name="day", type="date", title="Day"),
            Field(name="at", type="datetime", title="At"),
        ),
    )


def areas_layer() -> Layer:
    return Layer(
        slug=AREAS,
        title="Areas",
        group="Trial",
        icon="polygon",
        geometry="polygon",
        model=by_role("alarms").model,
        relation=AREAS,
        fields=(Field(name="closed", type="boolean", title="Closed", filter=True),),
        zone=ZoneSpec(
            valid_from="valid_from",
            valid_to="valid_to",
            season_from="season_from",
            season_to="season_to",
            beyond="beyond",
            changed="changed",
        ),
    )


@contextmanager
def trial_world() -> Iterator[None]:
    """The trial tables and layers, inside the test's transaction."""
    ruleset.forget()
    # addresses and icons are made once, of the real layers only
    _ = get_resolver().url_patterns
    icons.sheet()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    with ExitStack() as stack:
        stack.enter_context(registry.override(boats_layer()))
        stack.enter_context(registry.override(areas_layer()))
        yield
    ruleset.forget()


def draw(
    area_id: int,
    box: tuple[float, float, float, float],
    closed: bool = True,
    changed: float | None = None,
) -> None:
    """Draw or redraw an area (west, south, east, north), now or at ``changed``."""
    with transaction.atomic(), connection.cursor() as cursor:
        begin_change(AREAS)
        cursor.execute(
            "INSERT INTO trial_areas (id, title, closed, geom, changed) VALUES (%s, %s,"
            " %s, ST_SetSRID(ST_GeomFromText(%s), 4326), to_timestamp(%s))"
            " ON CONFLICT (id) DO UPDATE SET geom = excluded.geom,"
            " closed = excluded.closed, changed = excluded.changed",
            [area_id, f"Area {area_id}", closed, shapely.box(*box).wkt, changed],
        )


def set_area(area_id: int, **values: object) -> None:
    """Change columns of an area: validity, season, side; ``geom`` as WKT."""
    with transaction.atomic(), connection.cursor() as cursor:
        begin_change(AREAS)
        for name, value in values.items():
            place = "ST_GeomFromText(%s, 4326)" if name == "geom" else "%s"
            cursor.execute(
                f"UPDATE trial_areas SET {name} = {place} WHERE id = %s",
                [value, area_id],
            )


def remove(area_id: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        begin_change(AREAS, removed=True)
        cursor.execute("DELETE FROM trial_areas WHERE id = %s", [area_id])


def rule(**changes: object) -> Rule:
    """A zone rule over the trial layers, changed as asked."""
    values: dict[str, object] = {
        "slug": "closed",
        "title": "Tau vao vung cam",
        "title_en": "Boat in a closed area",
        "kind": "zone",
        "layer": BOATS,
        "params": {},
        "zone_layer": AREAS,
        "zone_filter": "closed = true",
        "severity": "high",
    }
    return save_rule(Rule(**{**values, **changes}))


def deliver(*fixes: Fix) -> Applied:
    """One batch through the real ingest: writer, then every stage."""
    with transaction.atomic():
        return ingest.deliver(BOATS, list(fixes))


def units_of_trial() -> dict[str, int]:
    """A province with two communes side by side; ids by name."""
    model = apps.get_model(by_role("administrative-units").model)
    boxes = {"west": (105.8, 18.8, 106.0, 19.3), "east": (106.0, 18.8, 106.2, 19.3)}
    province = model.objects.create(
        source="trial",
        external_id="P",
        title="Province",
        code="P",
        kind="province",
        type="province",
        geom=Polygon.from_bbox((105.8, 18.8, 106.2, 19.3)),
        valid_from=date(2000, 1, 1),
    )
    ids = {"province": province.pk}
    for name, box in boxes.items():
        ids[name] = model.objects.create(
            source="trial",
            external_id=name,
            title=f"Commune {name}",
            code=name,
            kind="commune",
            type="commune",
            parent=province,
            geom=Polygon.from_bbox(box),
            valid_from=date(2000, 1, 1),
        ).pk
    begin_change(by_role("administrative-units").slug)
    return ids


def set_boat(boat: int, **values: object) -> None:
    """Change columns of a boat's row, as its own layer would."""
    with transaction.atomic(), connection.cursor() as cursor:
        begin_change(BOATS)
        for name, value in values.items():
            cursor.execute(
                f"UPDATE trial_boats SET {name} = %s WHERE id = %s", [value, boat]
            )


def drop_boat(boat: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        begin_change(BOATS, removed=True)
        cursor.execute("DELETE FROM trial_boats WHERE id = %s", [boat])
