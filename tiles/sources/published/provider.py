"""Keeps the sources in step with what the schemas hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from layers.core.asyncdb import Pool
from tiles.catalog import free_id
from tiles.clock import Clocks
from tiles.sources import Source

from .comments import CommentError
from .discovery import OWN, Found, Function, Shape, Table, discover
from .function import FunctionSource
from .query import BUFFER
from .source import Gate
from .table import Exact, TableSource

SYSTEM = ("pg_", "information_schema")
OWN_SCHEMA = "public"
REFUSED = (
    "schema {name} holds this application's own tables: publishing it would show"
    " them past all scopes. Put the tables to publish into a schema of their own"
)


@dataclass(frozen=True)
class Wanted:
    """A source to be: ``made_from`` tells whether it is still the same."""

    name: str
    origin: str
    made_from: object
    make: Callable[[str], Source]


class PublishedSchemas:
    """Tables and functions of ``schemas``.

    With ``clocks``, tables that tell their changes (``ioc_touch`` of
    layers/core/sql/touched_install.sql) have exact versions; others grow old.
    ``default_srid`` is for geometry of unknown SRID (0: such tables are listed as
    broken). ``allow_own`` publishes even the schema of the application's own tables.

    Raises ValueError for a schema that must not be published.
    """

    refresh_s = 10.0

    def __init__(
        self,
        pool: Pool,
        gate: Gate,
        schemas: Sequence[str],
        *,
        clocks: Clocks | None = None,
        default_srid: int = 0,
        allow_own: bool = False,
    ) -> None:
        for name in schemas:
            if name.startswith(SYSTEM):
                raise ValueError(f"schema {name} belongs to PostgreSQL")
            if name == OWN_SCHEMA and not allow_own:
                raise ValueError(REFUSED.format(name=name))
        self.sources: Mapping[str, Source] = {}
        self.broken: Mapping[str, str] = {}
        self._pool = pool
        self._gate = gate
        self._schemas = sorted(set(schemas))
        self._srid = default_srid
        self._allow_own = allow_own
        self._clocks = clocks
        self._made: dict[str, tuple[object, Source | str]] = {}

    async def refresh(self, taken: frozenset[str]) -> None:
        """Ids depend on the names alone, so every process finds the same ones."""
        if not self._schemas:
            return
        async with self._pool.connection() as connection:
            found = await discover(connection, self._schemas)
        sources: dict[str, Source] = {}
        broken = {**found.unreadable, **dict(self._problems(found))}
        made: dict[str, tuple[object, Source | str]] = {}
        used: dict[str, None] = dict.fromkeys(taken)
        for wanted in self._wanted(found):
            source_id = free_id(wanted.name, used)
            used[source_id] = None
            source = self._source(wanted, source_id)
            made[source_id] = (wanted.made_from, source)
            if isinstance(source, str):
                broken[wanted.origin] = source
            else:
                sources[source_id] = source
        self._made = made
        self.sources, self.broken = sources, broken

    def _source(self, wanted: Wanted, source_id: str) -> Source | str:
        """The source as it was, a new one, or the reason why there is none."""
        before = self._made.get(source_id)
        if before is not None and before[0] == wanted.made_from:
            return before[1]
        try:
            return wanted.make(source_id)
        except CommentError as error:
            return str(error)

    def _problems(self, found: Found) -> Iterator[tuple[str, str]]:
        for name, problem in found.problems.items():
            if problem != OWN:
                yield name, problem
            elif not self._allow_own:
                yield name, REFUSED.format(name=name)

    def _wanted(self, found: Found) -> Iterator[Wanted]:
        """Tables first, then functions, each by name: the order of Martin's ids."""
        shut = {name for name, _problem in self._problems(found)}
        for table in found.tables:
            if table.schema not in shut:
                for shape in table.shapes:
                    yield self._table(table, shape)
        for function in found.functions:
            if function.schema not in shut:
                yield self._function(function)

    def _exact(self, name: str) -> Exact:
        """The version of a tile, while the triggers are there and switched on."""
        clocks = self._clocks

        def version(z: int, x: int, y: int) -> int | None:
            if clocks is None or not clocks.exact(name):
                return None
            return clocks.named(name, BUFFER).version(z, x, y)

        return version

    def _table(self, table: Table, shape: Shape) -> Wanted:
        origin = f"{table.schema}.{table.name}.{shape.name}"

        def make(source_id: str) -> Source:
            exact = self._exact(f"{table.schema}.{table.name}")
            return TableSource(source_id, table, shape, self._gate, self._srid, exact)

        return Wanted(table.name, origin, (table, shape.name), make)

    def _function(self, function: Function) -> Wanted:
        origin = f"{function.schema}.{function.name}()"

        def make(source_id: str) -> Source:
            return FunctionSource(source_id, function, self._gate)

        return Wanted(function.name, origin, function, make)
