"""Who works with the lead, between the form and the stored step. The form chooses kinds
and names agencies; what else an entry says travels with the form and is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from layers.directives.addressing import Cos, To


def form_of(entries: Sequence[To]) -> dict[str, Any]:
    """The values of the form's fields for stored entries."""
    told = [entry.model_dump(mode="json") for entry in entries]
    return {
        "co": list(dict.fromkeys(e["kind"] for e in told if e["kind"] != "role")),
        "co_agencies": "; ".join(e["agency"] for e in told if e["kind"] == "role"),
        "co_kept": json.dumps(told, ensure_ascii=False),
    }


def stored(kinds: Sequence[str], agencies: str, kept: str) -> list[dict[str, Any]]:
    """The entries that the form says: those of before that it still names as they
    were and in their order, then what is new."""
    named = [part.strip() for part in agencies.split(";") if part.strip()]
    known = [
        entry
        for entry in _known(kept)
        if entry["kind"] in kinds or entry.get("agency") in named
    ]
    old = {entry["kind"] for entry in known}
    old_agencies = {entry.get("agency") for entry in known}
    return [
        *known,
        *({"kind": kind} for kind in kinds if kind not in old),
        *(
            {"kind": "role", "agency": name}
            for name in dict.fromkeys(named)
            if name not in old_agencies
        ),
    ]


def _known(kept: str) -> list[dict[str, Any]]:
    """What the form carried; nothing of it where somebody wrote something else."""
    try:
        given = json.loads(kept or "[]")
        entries = [Cos.validate_python(entry) for entry in given]
    except (ValueError, TypeError, ValidationError):
        return []
    return [entry.model_dump(mode="json") for entry in entries]
