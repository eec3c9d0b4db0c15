"""Playbooks, the directives they start, tasks of units and what is done about them."""

from .directive import Directive, Task
from .playbook import Playbook, Severity
from .work import Delegation, Evidence, Extension, FreeDay, evidence_path

__all__ = [
    "Delegation",
    "Directive",
    "Evidence",
    "Extension",
    "FreeDay",
    "Playbook",
    "Severity",
    "Task",
    "evidence_path",
]
