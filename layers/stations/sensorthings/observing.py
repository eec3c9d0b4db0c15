"""Collections of observations: a hundred million of them must answer like a hundred.

What a request says about series is settled first, as a list of their ids. Of each
series the primary key (series, time) then gives the first rows in order, and no more
of them are read than a page can hold. Pages continue after a key, never by counting
rows that were seen before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from psycopg import sql

from layers.core.scope import Grant
from layers.stations.ingest.counting import count_current

from .asked import take_apart
from .compiling import Compiler
from .entities import DATASTREAM, OBSERVATION
from .expressions import Path
from .faults import Fault
from .options import Options
from .rows import Row, columns, read
from .statements import Select, Start, where_all

# Time windows of a page in the order of time: the first, and how they grow.
WINDOW = timedelta(hours=1)
GROWTH = 8
WINDOWS = 7
# So few series are read at once, without windows.
FEW = 20
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """By key (series, time), by time, or by something else (``free``)."""

    kind: str
    descends: bool = False


def order_of(options: Options) -> Order:
    if not options.orders:
        return Order("key")
    node, descends = options.orders[0]
    parts = node.parts if isinstance(node, Path) else ()
    rest = [getattr(other, "parts", ()) for other, _way in options.orders[1:]]
    plain = all(part in (("id",), ("@iot.id",)) for part in rest)
    if parts in (("id",), ("@iot.id",)):
        return Order("key", descends)
    if parts == ("phenomenonTime",) and plain:
        return Order("time", descends)
    return Order("free", descends)


class Observations:
    """A collection of observations as one caller may see it."""

    def __init__(self, grant: Grant, start: Start, options: Options) -> None:
        self.grant, self.start, self.options = grant, start, options
        self.asked = take_apart(options.filter)
        self.order = order_of(options)
        self.after = self._token(options.token)

    def _token(self, text: str) -> tuple[int, datetime] | None:
        """The key after which this page begins."""
        if not text:
            return None
        series, _dot, micros = text.partition(".")
        if not (series.isdecimal() and micros.isdecimal() and len(text) < 40):
            raise Fault("$skiptoken is none of this service")
        moment = EARLIEST + timedelta(microseconds=int(micros))
        return int(series), moment

    @staticmethod
    def token(row: Row) -> str:
        """The option by which the page after this row is asked for."""
        series, _station, at = row.key
        return f"{series}.{(at - EARLIEST) // timedelta(microseconds=1)}"

    def series(self) -> list[int]:
        """Ids of the series in question, in order."""
        select = Select(self.grant, DATASTREAM)
        start = self.start
        conditions: list[sql.Composable] = []
        if start.entity is DATASTREAM:
            conditions.append(sql.SQL("e.id = {}").format(sql.Literal(start.id)))
        elif start.entity is not None:
            found = "e.station_id = (SELECT p.station_id FROM {} p WHERE p.id = {})"
            place = select.related(start.entity)
            conditions.append(sql.SQL(found).format(place, sql.Literal(start.id)))
        for node in self.asked.series:
            compiler = Compiler(DATASTREAM, "e", select.visible, select.bind)
            conditions.append(compiler.condition(node))
        text = sql.SQL("SELECT e.id FROM {} e WHERE {} ORDER BY e.id")
        rows = select.run(text.format(select.source, where_all(conditions)))
        return [int(number) for (number,) in rows]

    def page(self) -> list[Row]:
        """A page and one row more when there are more."""
        series = self.series()
        wanted = self.options.top + 1 + self.options.skip
        if self.order.kind == "key":
            rows = self._by_key(series, wanted)
        elif self.order.kind == "time" and self.order.descends and len(series) > FEW:
            rows = self._by_window(series, wanted)
        else:
            rows = self.read(series, wanted)
        return rows[self.options.skip : wanted]

    def _by_key(self, series: list[int], wanted: int) -> list[Row]:
        """Series by series, a few at a time, until the page is full."""
        if self.order.descends:
            series = series[::-1]
        if self.after is not None:
            last, descends = self.after[0], self.order.descends
            series = [
                one for one in series if (one <= last if descends else one >= last)
            ]
        rows: list[Row] = []
        begin, step = 0, FEW
        while begin < len(series) and len(rows) < wanted:
            rows += self.read(series[begin : begin + step], wanted - len(rows))
            begin, step = begin + step, step * 4
        return rows

    def _by_window(self, series: list[int], wanted: int) -> list[Row]:
        """Newest first out of ever longer spans of time, until the page is full."""
        end = self._newest(series)
        if end is None:
            return []
        limits = [self.asked.until, self.after[1] if self.after else None, end]
        end = min(moment for moment in limits if moment is not None)
        length = WINDOW
        for _round in range(WINDOWS):
            rows = self.read(series, wanted, end - length)
            if len(rows) >= wanted:
                return rows
            if self.asked.since is not None and end - length <= self.asked.since:
                return rows
            length *= GROWTH
        return self.read(series, wanted)

    def _newest(self, series: list[int]) -> datetime | None:
        select = Select(self.grant, OBSERVATION)
        text = sql.SQL(
            "SELECT max(l.at) FROM stations_latest l"
            " WHERE l.series_id = ANY({}::bigint[])"
        )
        newest: datetime | None = select.run(text.format(select.bind(series)))[0][0]
        return newest

    def read(
        self, series: list[int], wanted: int, since: datetime | None = None
    ) -> list[Row]:
        """The first rows of these series in the order that was asked for."""
        select = Select(self.grant, OBSERVATION)
        way = sql.SQL("DESC" if self.order.descends else "ASC")
        outer: sql.Composable
        inner: sql.Composable = sql.SQL("")
        by = {"key": "e.series_id {0}, e.at {0}", "time": "e.at {0}, e.series_id"}
        if self.order.kind == "free":
            outer = select.orders(self.options)
        else:
            outer = sql.SQL(by[self.order.kind]).format(way)  # type: ignore[arg-type]
            inner = sql.SQL("ORDER BY e.at {} LIMIT {}").format(
                way, select.bind(wanted)
            )
        text = sql.SQL(
            "SELECT {} FROM unnest({}::bigint[]) d(id) CROSS JOIN LATERAL ({} {}) e"
            " ORDER BY {} LIMIT {}"
        ).format(
            sql.SQL(", ").join(columns(OBSERVATION, self.options, "e")),
            select.bind(series),
            self._of_series(select, since),
            inner,
            outer,
            select.bind(wanted),
        )
        return [read(OBSERVATION, self.options, record) for record in select.run(text)]

    def _of_series(
        self, select: Select, since: datetime | None = None
    ) -> sql.Composable:
        """Rows of the series ``d`` that meet all the rest."""
        low = max(filter(None, (since, self.asked.since)), default=None)
        conditions: list[sql.Composable] = []
        for sign, bound in ((">=", low), ("<=", self.asked.until)):
            if bound is not None:
                text = sql.SQL(f"e.at {sign} {{}}::timestamptz")
                conditions.append(text.format(select.bind(bound)))
        if self.after is not None:
            conditions.append(self._continued(select, *self.after))
        if self.start.entity is not None and self.start.entity is not DATASTREAM:
            conditions += select.conditions(self.start, Options())
        for node in self.asked.rest:
            compiler = Compiler(OBSERVATION, "e", select.visible, select.bind)
            conditions.append(compiler.condition(node))
        return sql.SQL(
            "SELECT e.* FROM (SELECT j.*, s.station_id FROM stations_judged j,"
            " stations_series s WHERE j.series_id = d.id AND s.id = d.id) e WHERE {}"
        ).format(where_all(conditions))

    def _continued(self, select: Select, last: int, moment: datetime) -> sql.Composable:
        """Rows after a key."""
        series, at = select.bind(last), select.bind(moment)
        sign = "<" if self.order.descends else ">"
        if self.order.kind == "key":
            text = "(d.id <> {series} OR e.at {sign} {at}::timestamptz)"
        else:
            text = (
                "e.at {sign}= {at}::timestamptz AND"
                " (e.at {sign} {at}::timestamptz OR d.id > {series})"
            )
        return sql.SQL(text).format(series=series, at=at, sign=sql.SQL(sign))  # type: ignore[arg-type]

    def count(self) -> int:
        """All pages together. Without conditions on values no value is read."""
        series = self.series()
        if self.asked.rest or self.start.entity not in (None, DATASTREAM):
            return self._count_rows(series)
        return count_current(series, self.asked.since, self.asked.until)

    def _count_rows(self, series: list[int]) -> int:
        select = Select(self.grant, OBSERVATION)
        other = Observations(self.grant, self.start, replace(self.options, token=""))
        text = sql.SQL(
            "SELECT count(*) FROM unnest({}::bigint[]) d(id) CROSS JOIN LATERAL ({}) e"
        ).format(select.bind(series), other._of_series(select))
        return int(select.run(text)[0][0])
