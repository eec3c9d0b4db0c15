"""Answers to requests: what a path leads to, with everything that is expanded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from layers.core.scope import Grant

from . import paths, statements
from .entities import OBSERVATION, Entity
from .faults import Fault
from .observing import Observations
from .options import Expansion, Options, parse
from .paths import Target
from .rows import Row
from .statements import Start

# Things in one answer, with all that is expanded.
MOST_ROWS = 100_000


@dataclass(slots=True)
class Page:
    """Rows of a collection, how many there are in all, how the next page is asked."""

    rows: list[Row]
    count: int | None = None
    next: Mapping[str, str] | None = None


class Service:
    """Reads for one caller. ``base`` is the address of the service, without a slash
    at its end."""

    def __init__(self, grant: Grant, base: str) -> None:
        self.grant, self.base = grant, base
        self.left = MOST_ROWS

    def find(self, path: str) -> Target:
        """What a path leads to; raises Fault 404 when a thing on the way is missing."""
        steps = path.strip("/").split("/")
        target = paths.parse(path)
        return replace(target, start=self._start(steps, target))

    def _start(self, steps: list[str], target: Target) -> Start:
        """Where the last step begins: every thing before it must exist."""
        if target.start.link is None or target.start.entity is None:
            return target.start
        names = [step.partition("(")[0] for step in steps]
        last = len(names) - 1 - names[::-1].index(target.start.link.name)
        before = self.find("/".join(steps[:last]))
        row = self.one(before, paths.NO_OPTIONS)
        return replace(target.start, id=row.id)

    def one(self, target: Target, options: Options) -> Row:
        found = statements.one(
            self.grant, target.entity, target.start, target.id, options
        )
        if found is None:
            raise paths.nothing(target.entity, target.id)
        self._expand(target.entity, [found], options)
        return found

    def page(self, target: Target, options: Options) -> Page:
        """A page of a collection, with all that is expanded."""
        entity = target.entity
        if entity is OBSERVATION:
            found = Observations(self.grant, target.start, options)
            rows = found.page()
            count = found.count() if options.count else None
        else:
            if options.token:
                raise Fault("$skiptoken is for Observations; use $skip")
            start = target.start
            rows = statements.page(self.grant, entity, start, options)
            count = None
            if options.count:
                count = statements.count(self.grant, entity, start, options)
        page = _cut(entity, rows, options, count)
        self._expand(entity, page.rows, options)
        return page

    def _expand(self, entity: Entity, rows: list[Row], options: Options) -> None:
        self.left -= len(rows)
        if self.left < 0:
            raise Fault(
                f"the answer would hold more than {MOST_ROWS} things;"
                " ask for less with $top, $filter or $expand=…($top=…)"
            )
        for expansion in options.expand if rows else ():
            self._expand_one(entity, rows, expansion)

    def _expand_one(
        self, entity: Entity, rows: list[Row], expansion: Expansion
    ) -> None:
        link, options = expansion.link, expansion.options
        found = statements.hanging(self.grant, entity, rows, link, options)
        counts = (
            statements.counts(self.grant, entity, rows, link, options)
            if options.count and link.many
            else None
        )
        reached: list[Row] = []
        for row in rows:
            mine = found.get(row.id, [])
            if link.many:
                count = None if counts is None else counts.get(row.id, 0)
                page = _cut(link.entity, mine, options, count)
                row.expanded[link.name] = page
                reached += page.rows
            else:
                row.expanded[link.name] = mine[0] if mine else None
                reached += mine[:1]
        self._expand(link.entity, reached, options)

    def entity(self, entity: Entity, row: Row, options: Options) -> dict[str, Any]:
        """A row as JSON has it."""
        address = f"{self.base}/{entity.plural}({row.id})"
        told: dict[str, Any] = {}
        if not options.select or "id" in options.select:
            told["@iot.id"] = row.id
            told["@iot.selfLink"] = address
        told |= {name: value for name, value in row.values.items() if name != "id"}
        inner = {found.link.name: found.options for found in options.expand}
        for name, link in entity.links.items():
            if name in row.expanded:
                self._expanded(told, row, link.entity, name, inner[name], address)
            elif not options.select or name in options.select:
                told[f"{name}@iot.navigationLink"] = f"{address}/{name}"
        return told

    def _expanded(
        self,
        told: dict[str, Any],
        row: Row,
        entity: Entity,
        name: str,
        options: Options,
        address: str,
    ) -> None:
        found = row.expanded[name]
        if not isinstance(found, Page):
            told[name] = found and self.entity(entity, found, options)
            return
        if found.count is not None:
            told[f"{name}@iot.count"] = found.count
        told[name] = [self.entity(entity, each, options) for each in found.rows]
        if found.next is not None:
            told[f"{name}@iot.nextLink"] = self.link(f"{address}/{name}", found.next)

    def link(self, address: str, options: Mapping[str, str]) -> str:
        text = urlencode(options, safe="$(),;/:'=*", quote_via=quote)
        return f"{address}?{text}"


def _cut(entity: Entity, rows: list[Row], options: Options, count: int | None) -> Page:
    """The page itself, without the row that only says that there are more."""
    page = Page(rows[: options.top], count)
    if len(rows) <= options.top or not options.top:
        return page
    carried = {
        name: text
        for name, text in options.text.items()
        if name not in ("$skip", "$skiptoken")
    }
    carried["$top"] = str(options.top)
    free = entity is not OBSERVATION or _free(options)
    if free:
        carried["$skip"] = str(options.skip + options.top)
    else:
        carried["$skiptoken"] = Observations.token(page.rows[-1])
    page.next = carried
    return page


def _free(options: Options) -> bool:
    from .observing import order_of

    return order_of(options).kind == "free"


def options_of(target: Target, given: Mapping[str, str]) -> Options:
    """The options of a request for what its path leads to."""
    options = parse(target.entity, given)
    single = ("$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken")
    wrong = [name for name in single if options.text.get(name)]
    if not target.many and wrong:
        raise Fault(f"{wrong[0]} is for collections, this is one {target.entity.name}")
    return options
