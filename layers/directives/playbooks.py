"""The steps of a playbook as typed data."""

from __future__ import annotations

import re
from string import Template
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)

from .addressing import AnyCo, AnyTo, ContainingUnit, spelled_out

# What texts may name: known for every alert, "" where an alert has none.
PLACEHOLDERS = frozenset(
    {
        "feature",  # what the alert is about; of a group the first of its members
        "zone",
        "rule",
        "unit",  # the unit that is addressed
        "raised",
        "lon",
        "lat",
        "value",  # what was measured, and the limit of the rule
        "limit",
        "part",  # which parameter or indicator
        "count",  # how many alerts or features
        "area",  # km²
        "officer",  # who answers for the addressed unit
        "deadline",  # needed by, if the directive were issued now
        "target",  # the feature that is addressed through the unit
        "distance",  # how far that is from the place, km
        "place",  # the unit around the place
        "severity",
    }
)
# The longest: a year.
MOST_MIN = 525_600
MOST_STEPS = 30

Evidence = Literal["none", "file", "photo", "photo_at_place"]
Minutes = Annotated[int, Field(gt=0, le=MOST_MIN)]


class When(BaseModel):
    """Only then is a step done. ``severities`` and ``parts`` of the alert (empty:
    any); ``at_least``: its value; ``filter``: CQL2 that its feature must meet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severities: tuple[Literal["critical", "high", "medium", "low"], ...] = ()
    parts: tuple[str, ...] = ()
    at_least: float | None = Field(None, allow_inf_nan=False)
    filter: str = Field("", max_length=500)


class Rung(BaseModel):
    """One rung of the ladder: ``at`` a share of the time to the deadline (``75%``),
    or a time after it (``+0h``, ``+24h``, ``+2d``), who is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str = Field(pattern=r"^([1-9]\d?%|\+\d{1,4}[hd])$")
    to: Literal["assignee", "unit", "unit_above", "supervisor", "leader"]

    @property
    def order(self) -> tuple[int, int]:
        """Before the deadline by share, after it by hours."""
        number = int(re.sub(r"\D", "", self.at))
        if self.at.endswith("%"):
            return 0, number
        return 1, number * (24 if self.at.endswith("d") else 1)


class Step(BaseModel):
    """What is to be done, by whom, by when, and with which evidence.

    ``text`` and ``title`` may name ``PLACEHOLDERS`` with a $. ``to`` leads, ``co``
    work with them. Minutes run from the issue, or from when every task of the step
    ``after`` is reported; ``working``: ``deadline_min`` counts office hours.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=3, max_length=200)
    text: str = Field(min_length=3, max_length=4_000)
    to: Annotated[AnyTo, BeforeValidator(spelled_out)] = ContainingUnit(
        contact_field=""
    )
    co: tuple[Annotated[AnyCo, BeforeValidator(spelled_out)], ...] = ()
    needed_by_min: Minutes
    deadline_min: Minutes
    working: bool = False
    evidence: Evidence = "none"
    after: int = Field(0, ge=0, lt=MOST_STEPS)
    when: When | None = None

    @model_validator(mode="before")
    @classmethod
    def _older(cls, value: Any) -> Any:
        """Versions of before the typed addressees stay readable."""
        if not isinstance(value, dict) or "addressee" not in value:
            return value
        found = {k: v for k, v in value.items() if k not in ("addressee", "role")}
        kind = value["addressee"]
        found["to"] = (
            {"kind": kind, "agency": value.get("role", "")} if kind == "role" else kind
        )
        if isinstance(found.get("evidence"), bool):
            found["evidence"] = "file" if found["evidence"] else "none"
        return found

    @model_validator(mode="after")
    def _filled_in(self) -> Step:
        for text in (self.title, self.text):
            template = Template(text)
            if not template.is_valid():
                raise ValueError(
                    "a $ must be followed by a name; write $$ for the sign"
                )
            unknown = set(template.get_identifiers()) - PLACEHOLDERS
            if unknown:
                raise ValueError(f"unknown placeholders: {', '.join(sorted(unknown))}")
        return self

    @property
    def needs_evidence(self) -> bool:
        return self.evidence != "none"

    def filled(self, values: dict[str, str]) -> str:
        """The text with its placeholders replaced."""
        return Template(self.text).safe_substitute(values)

    def headed(self, values: dict[str, str]) -> str:
        """The title with its placeholders replaced."""
        return Template(self.title).safe_substitute(values)


def _in_order(steps: list[Step]) -> list[Step]:
    for place, step in enumerate(steps, 1):
        if step.after >= place:
            raise ValueError(f"step {place} comes after step {step.after}")
    return steps


def _climbing(rungs: list[Rung]) -> list[Rung]:
    return sorted(rungs, key=lambda rung: rung.order)


Steps: TypeAdapter[list[Step]] = TypeAdapter(
    Annotated[list[Step], Field(max_length=MOST_STEPS), AfterValidator(_in_order)]
)
Ladder: TypeAdapter[list[Rung]] = TypeAdapter(
    Annotated[list[Rung], Field(max_length=12), AfterValidator(_climbing)]
)
