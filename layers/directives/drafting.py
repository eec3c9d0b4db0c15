"""What a directive is made of before it is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """What one unit is to do. Minutes run from the moment the task is issued: at once,
    or when every task of ``after_step`` is reported. ``working``: ``legal_min`` counts
    on the working calendar. ``feature``: layer, id and title of what is addressed
    through the unit (a boat through the commune of its owner); ``agency``: the agency
    at the centre that is."""

    unit_id: int
    step: int = 1
    after_step: int = 0
    title: str = ""
    body: str = ""
    co_units: tuple[int, ...] = ()
    feature: tuple[str, int | None, str] = ("", None, "")
    needed_min: int | None = None
    legal_min: int | None = None
    working: bool = False
    needs_evidence: bool = False
    evidence: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a directive is made of. The same ``source`` and ``external_id`` give the
    directive that there is already. Its minutes are those of the tasks where they
    have none of their own."""

    source: str
    external_id: str
    title: str
    body: str
    tasks: tuple[TaskDraft, ...]
    severity: str = "medium"
    geom: Any = None
    unit_id: int | None = None
    needed_min: int | None = None
    legal_min: int | None = None
    alert_id: int | None = None
    origin: tuple[str, int | None] = ("", None)
    origin_part: str = ""
    playbook: tuple[str, int | None] = ("", None)
    ladder: tuple[dict[str, Any], ...] = ()
    needs_evidence: bool = False
    supervisor_id: int | None = None
    document_no: str = ""
    exercise: bool = False  # of a drill: marked so, and about no real alert

    @property
    def lead_units(self) -> tuple[int, ...]:
        """Units with a task, each once."""
        return tuple(dict.fromkeys(task.unit_id for task in self.tasks))
