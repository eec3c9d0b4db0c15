"""Playbooks, the directives they start, tasks of units and what is done about them."""

from .directive import Directive, Task
from .playbook import Playbook, Severity
from .register import RegisterEntry, RegisterLog, TaskRegister, Urgency
from .work import (
    NEAR_M,
    Answered,
    Delegation,
    Evidence,
    Extension,
    FreeDay,
    evidence_path,
)

__all__ = [
    "NEAR_M",
    "Answered",
    "Delegation",
    "Directive",
    "Evidence",
    "Extension",
    "FreeDay",
    "Playbook",
    "RegisterEntry",
    "RegisterLog",
    "Severity",
    "Task",
    "TaskRegister",
    "Urgency",
    "evidence_path",
]
