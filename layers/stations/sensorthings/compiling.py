"""From the tree of an expression to a SQL condition over an entity."""

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg import sql

from .entities import Binder, Entity, Property, relation
from .expressions import Call, Listed, Literal, Node, Operation, Path
from .faults import Fault, misplaced
from .functions import FUNCTIONS, KINDS
from .terms import WORDS, Term, agreed, become, constant

COMPARED = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
COUNTED = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%%"}
# What may be added to what, and what comes of it.
MOVED = {
    ("add", "time", "duration"): "time",
    ("sub", "time", "duration"): "time",
    ("sub", "time", "time"): "duration",
    ("add", "duration", "duration"): "duration",
    ("sub", "duration", "duration"): "duration",
    ("add", "date", "duration"): "time",
    ("sub", "date", "duration"): "time",
    ("mul", "duration", "number"): "duration",
    ("div", "duration", "number"): "duration",
}
IDS = 2**32


def fill(template: str, **aliases: str) -> sql.Composable:
    """A template of an entity with its aliases."""
    names = {key: sql.Identifier(alias) for key, alias in aliases.items()}
    return sql.SQL(template).format(**names)  # type: ignore[arg-type]


@dataclass
class Joins:
    """Relations that an expression reaches by links, each once for every path."""

    visible: sql.Composable
    prefix: str
    found: dict[tuple[str, ...], str] = field(default_factory=dict)
    texts: list[sql.Composable] = field(default_factory=list)

    def reach(
        self, entity: Entity, alias: str, name: str, so_far: tuple[str, ...]
    ) -> str:
        path = (*so_far, name)
        if path not in self.found:
            link = entity.links[name]
            mine = f"{self.prefix}{len(self.found)}"
            self.found[path] = mine
            self.texts.append(
                sql.SQL(" LEFT JOIN {} {} ON {}").format(
                    relation(link.entity.relation, self.visible),
                    sql.Identifier(mine),
                    fill(link.template, s=alias, t=mine),
                )
            )
        return self.found[path]

    def around(self, text: sql.Composable, asked: str) -> sql.Composable:
        """The text, within a subquery over the joins when there are any."""
        if not self.texts:
            return text
        source = sql.SQL("").join(self.texts)
        if asked == "condition":
            query = "EXISTS (SELECT 1 FROM (SELECT 1) one{} WHERE {})"
            return sql.SQL(query).format(source, text)
        query = "(SELECT {} FROM (SELECT 1) one{} LIMIT 1)"
        return sql.SQL(query).format(text, source)


class Compiler:
    """Of one expression over the row ``alias`` of an entity."""

    def __init__(
        self,
        entity: Entity,
        alias: str,
        visible: sql.Composable,
        bind: Binder,
        option: str = "$filter",
    ) -> None:
        self.entity, self.alias = entity, alias
        self.bind, self.option = bind, option
        self.joins = Joins(visible, f"{alias}_")

    def condition(self, node: Node) -> sql.Composable:
        """Rows that meet the expression."""
        return self.joins.around(self.truth(node), "condition")

    def value(self, node: Node) -> sql.Composable:
        """Something to order by."""
        term = self.term(node)
        if term.kind in ("geometry", "null"):
            raise self.fault(term.at, f"rows cannot be ordered by {WORDS[term.kind]}")
        return self.joins.around(term.text, "value")

    def fault(self, at: int, reason: str) -> Fault:
        return misplaced(self.option, at, reason)

    def truth(self, node: Node) -> sql.Composable:
        term = become(self.term(node), "boolean")
        if term is None:
            raise self.fault(node.at, "a condition is expected here")
        return sql.SQL("({})").format(term.text)

    def term(self, node: Node) -> Term:
        if isinstance(node, Literal):
            return constant(node, self.bind)
        if isinstance(node, Path):
            return self.path(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Listed):
            raise self.fault(node.at, "a list stands only after in")
        return self.operation(node)

    def path(self, node: Path) -> Term:
        entity, alias = self.entity, self.alias
        for place, part in enumerate(node.parts):
            name = "id" if part == "@iot.id" else part
            if name in entity.links:
                alias = self.joins.reach(entity, alias, name, node.parts[:place])
                entity = entity.links[name].entity
                continue
            found = entity.properties.get(name)
            if found is None:
                known = ", ".join([*entity.properties, *entity.links])
                reason = f"{entity.plural} have no {part!r:.40}; there are {known}"
                raise self.fault(node.at, reason)
            return self.inside(found, alias, node.parts[place + 1 :], node.at)
        raise self.fault(node.at, f"name a property: {'/'.join(node.parts)}/id")

    def inside(
        self, found: Property, alias: str, rest: tuple[str, ...], at: int
    ) -> Term:
        text = fill(found.template, a=alias)
        if not rest:
            column = alias if found.name == "id" else ""
            return Term(text, found.kind, at, column=column)
        if len(rest) == 1 and rest[0] in found.inner:
            return self.inside(found.inner[rest[0]], alias, (), at)
        if found.kind != "json":
            raise self.fault(at, f"{found.name} has nothing inside")
        path = self.bind(list(rest))
        return Term(sql.SQL("({} #> {}::text[])").format(text, path), "json", at)

    def call(self, node: Call) -> Term:
        function = FUNCTIONS.get(node.name)
        if function is None:
            known = ", ".join(FUNCTIONS)
            reason = f"no function {node.name!r:.40}; there are {known}"
            raise self.fault(node.at, reason)
        template = function.templates.get(len(node.args))
        if template is None:
            wanted = " or ".join(map(str, function.templates))
            reason = f"{node.name} takes {wanted} arguments, not {len(node.args)}"
            raise self.fault(node.at, reason)
        texts = []
        for letter, arg in zip(function.args, node.args, strict=False):
            term = become(self.term(arg), KINDS[letter])
            if term is None:
                reason = f"{node.name} needs {WORDS[KINDS[letter]]} here"
                raise self.fault(arg.at, reason)
            texts.append(term.text)
        return Term(sql.SQL(template).format(*texts), function.gives, node.at)  # type: ignore[arg-type]

    def operation(self, node: Operation) -> Term:
        if node.name in ("and", "or"):
            parts = [self.truth(operand) for operand in node.operands]
            joined = sql.SQL(f" {node.name.upper()} ").join(parts)
            return Term(sql.SQL("({})").format(joined), "boolean", node.at)
        if node.name == "not":
            inner = self.truth(node.operands[0])
            return Term(sql.SQL("(NOT {})").format(inner), "boolean", node.at)
        if node.name == "in":
            return self.among(node)
        if node.name == "neg":
            found = become(self.term(node.operands[0]), "number")
            if found is None:
                raise self.fault(node.at, "- needs a number")
            return Term(sql.SQL("(- {})").format(found.text), "number", node.at)
        left, right = (self.term(operand) for operand in node.operands)
        if node.name in COUNTED:
            return self.counted(node, left, right)
        return self.compared(node, left, right)

    def among(self, node: Operation) -> Term:
        left, listed = node.operands
        if not isinstance(listed, Listed):
            raise self.fault(node.at, "in needs a list: in (1, 2)")
        equal = [
            self.truth(Operation("eq", (left, item), node.at)) for item in listed.items
        ]
        text = sql.SQL("({})").format(sql.SQL(" OR ").join(equal))
        return Term(text, "boolean", node.at)

    def counted(self, node: Operation, left: Term, right: Term) -> Term:
        kind = MOVED.get((node.name, left.kind, right.kind))
        if kind is None:
            numbers = become(left, "number"), become(right, "number")
            if numbers[0] is None or numbers[1] is None:
                reason = (
                    f"{node.name} does not work on {WORDS[left.kind]}"
                    f" and {WORDS[right.kind]}"
                )
                raise self.fault(node.at, reason)
            left, right, kind = numbers[0], numbers[1], "number"
        second = right.text
        if node.name in ("div", "mod") and kind == "number":
            second = sql.SQL("nullif({}, 0)").format(second)
        first = left.text
        if kind == "number":
            cast = "numeric" if node.name == "mod" else "float8"
            first = sql.SQL("({})::" + cast).format(first)
            second = sql.SQL("({})::" + cast).format(second)
        text = sql.SQL(f"({{}} {COUNTED[node.name]} {{}})").format(first, second)
        if kind == "time":
            text = sql.SQL("({})::timestamptz").format(text)
        return Term(text, kind, node.at)

    def compared(self, node: Operation, left: Term, right: Term) -> Term:
        if "null" in (left.kind, right.kind):
            return self.absent(node, left, right)
        both = agreed(left, right)
        if both is None or both[0].kind == "geometry":
            reason = f"{WORDS[left.kind]} is compared with {WORDS[right.kind]}"
            raise self.fault(node.at, reason)
        first, second = both
        sign = COMPARED[node.name]
        if first.kind == "interval":
            return Term(_spans(node.name, first, second), "boolean", node.at)
        if isinstance(right.literal, int) and left.column and self.split(left):
            return Term(_split_id(sign, left, right.literal), "boolean", node.at)
        text = sql.SQL(f"{{}} {sign} {{}}").format(first.text, second.text)
        return Term(text, "boolean", node.at)

    def split(self, term: Term) -> bool:
        """Whether this id is made of a series and a time."""
        own = self.entity.name == "Observation" and term.column == self.alias
        far = [path for path, alias in self.joins.found.items() if alias == term.column]
        return own or bool(far and far[0][-1] == "Observations")

    def absent(self, node: Operation, left: Term, right: Term) -> Term:
        if node.name not in ("eq", "ne"):
            raise self.fault(node.at, "with null only eq and ne can be used")
        other = right if left.kind == "null" else left
        word = "NULL" if node.name == "eq" else "NOT NULL"
        return Term(sql.SQL(f"{{}} IS {word}").format(other.text), "boolean", node.at)


def _split_id(sign: str, left: Term, number: int) -> sql.Composable:
    """An id of an observation, so that the primary key can find it."""
    series, second = divmod(number, IDS)
    names = {
        "series": sql.Identifier(left.column, "series_id"),
        "at": sql.Identifier(left.column, "at"),
        "number": sql.Literal(series),
        "second": sql.Literal(second),
    }
    found = (
        "({series} = {number} AND {at} >= to_timestamp({second})"
        " AND {at} < to_timestamp({second} + 1))"
    )
    least = "({series}, {at}) {sign} ({number}, to_timestamp({second} + {step}))"
    names["step"] = sql.Literal(1 if sign in (">", "<=") else 0)
    names["sign"] = sql.SQL(">=" if sign in (">", ">=") else "<")
    template = {"=": found, "<>": f"NOT {found}"}.get(sign, least)
    return sql.SQL(template).format(**names)  # type: ignore[arg-type]


def _spans(name: str, left: Term, right: Term) -> sql.Composable:
    """Spans of time: greater is later, wholly."""
    template = {
        "eq": "{} = {}",
        "ne": "{} <> {}",
        "gt": "lower({}) > upper({})",
        "ge": "lower({}) >= lower({})",
        "lt": "upper({}) < lower({})",
        "le": "upper({}) <= upper({})",
    }[name]
    return sql.SQL(template).format(left.text, right.text)
