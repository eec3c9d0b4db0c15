"""The playbooks of the demo. Directives are not made up: they come from alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .models import Playbook

if TYPE_CHECKING:
    from fixtures import Demo

TABLE = "playbooks"


def load(demo: Demo) -> int:
    """The playbooks of ``fixtures/facts/playbooks.csv``: a row is a step, rows of
    one slug are the steps of one playbook in order."""
    found: dict[str, Playbook] = {}
    for row in demo.table(TABLE):
        playbook = found.setdefault(
            row["slug"],
            Playbook(
                slug=row["slug"],
                title=row["title"],
                auto_issue=row["auto_issue"] == "true",
                steps=[],
            ),
        )
        playbook.steps.append(
            {
                "title": row["step_title"],
                "text": row["text"],
                "addressee": row["addressee"],
                "needed_by_min": int(row["needed_by_min"]),
                "deadline_min": int(row["deadline_min"]),
                "evidence": row["evidence"] == "true",
            }
        )
    for playbook in found.values():
        playbook.full_clean()
        playbook.save()
    return len(found)
