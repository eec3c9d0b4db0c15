"""What the ledger of the drill must say: each thing once, in order, at its time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from .drill import NEEDED_MIN, Hook

ALERT = ["alert.raised", "alert.acknowledged", "alert.cleared", "alert.closed"]
ORDER = [
    "directive.drafted",
    "directive.issue",
    *("task.receive", "directive.receive", "task.return", "directive.return"),
    "directive.issue",
    *("task.receive", "directive.receive", "task.start", "directive.start"),
    *("directive.suspend", "directive.resume", "task.evidence"),
    *("task.report", "directive.report", "directive.close"),
]
TIMED = ("task.warned", "task.legal_overdue", "task.escalated")
# A ledger in JSON keeps milliseconds.
NEAR = timedelta(milliseconds=3)
# What is recorded by one look at the clocks.
ONE_TICK = timedelta(seconds=1)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def check_alert(found: dict[str, Any]) -> None:
    kinds = [e["kind"] for e in found["events"]]
    assert sorted(kinds) == sorted(ALERT), kinds
    assert kinds.index(ALERT[0]) == 0
    assert kinds[-2:] == ALERT[-2:]
    row = found["alert"]
    assert row["closed_at"], row
    assert (row["active"], row["repeats"]) == (False, 0), row
    assert len(found["orders"]) == 1, "one directive of one alert"


def check_order(found: dict[str, Any], right: int) -> None:
    """Each transition once, in order; states and clocks are what the events say."""
    acts = [e for e in found["events"] if e["kind"] in ORDER]
    assert [e["kind"] for e in acts] == ORDER
    states = [e for e in acts if e["kind"].startswith("directive.")]
    for before, after in pairwise(states):
        assert after["old"]["status"] == before["new"]["status"], (before, after)
    row, (task,) = found["row"], found["tasks"]
    state = row["status"], row["outcome"], row["clock"]
    assert state == ("closed", "late", "stopped")
    assert (task["status"], task["unit_id"]) == ("closed", right)
    assert len(found["evidence"]) == 1
    at = {e["kind"]: when(e["happened_at"]) for e in acts}  # the last of each kind
    stood = at["directive.resume"] - at["directive.suspend"]
    minute = timedelta(minutes=NEEDED_MIN)
    assert abs(when(task["needed_by"]) - at["directive.issue"] - minute - stood) < NEAR
    assert abs(when(task["legal_deadline"]) - when(task["needed_by"])) < NEAR
    assert row["paused_at"] is None
    assert abs(row["paused_s"] - stood.total_seconds()) <= 1
    assert abs(when(row["closed_at"]) - at["directive.close"]) < NEAR
    check_warnings(found, acts, stood)


def check_warnings(
    found: dict[str, Any], acts: list[dict[str, Any]], stood: timedelta
) -> None:
    """Since the last issue each was told once, with the moment when it was due."""
    issued = [e["id"] for e in acts if e["kind"] == "directive.issue"][-1]
    told = [e for e in found["events"] if e["id"] > issued and e["kind"] in TIMED]
    marks = Counter((e["kind"], e["key"].split(":")[2]) for e in told)
    wanted = [("task.warned", str(mark)) for mark in (50, 75, 90, 100)]
    wanted += [("task.legal_overdue", "200")]
    wanted += [("task.escalated", "1"), ("task.escalated", "2")]
    assert marks == Counter(wanted)
    end = when(found["tasks"][0]["needed_by"])
    share = {"1": 90, "2": 100, "200": 100}
    for event in told:
        mark = event["key"].split(":")[2]
        gone = share.get(mark) or int(mark)
        due = end - timedelta(minutes=NEEDED_MIN) * (1 - gone / 100)
        late = when(event["happened_at"]) - due
        # told before it was suspended: by the clock of then
        assert min(abs(late), abs(late + stood)) < NEAR, (event, due)
    overdue = [
        e for e in found["events"] if e["id"] > issued and e["kind"] == "clock.overdue"
    ]
    assert [abs(when(e["happened_at"]) - end) < NEAR for e in overdue] == [True]


def check_sent(ledger: dict[str, Any], hook: Hook) -> None:
    """What the other system heard is what was written; a key is one message."""
    sent = {row["key"]: row for row in ledger["sent"] if row["channel"] == "hook"}
    assert all(row["state"] == "delivered" for row in sent.values())
    assert set(hook.heard) == set(sent)
    for key, times in hook.heard.items():
        assert times <= sent[key]["attempts"], sent[key]
    written = {row["message"] for row in sent.values()}
    for found in ledger["runs"]:
        (order,) = found["orders"]
        unit = order["tasks"][0]["unit_id"]
        timed = [
            event
            for event in order["events"]
            if event["kind"] in TIMED and event["new"]["unit"] == unit
        ]
        for event in timed:
            assert any(told_by(event, other, written) for other in timed), event


def told_by(event: dict[str, Any], other: dict[str, Any], written: set[str]) -> bool:
    """Whether the notice of ``other`` tells of ``event``: what passed while nobody
    looked is told once, by the last of it."""
    together = abs(when(other["known_at"]) - when(event["known_at"])) < ONE_TICK
    later = when(other["happened_at"]) >= when(event["happened_at"])
    return other["key"] in written and (other is event or (together and later))
