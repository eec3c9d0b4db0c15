"""The provincial register over REST: new tasks come in, changes of state go out.

Nothing leaves a demo but to a loopback address, and nothing reaches a host inside the
house that ``IOC_INTERNAL_HOSTS`` does not list (:mod:`layers.core.delivery.leaving`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import orjson
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from layers.core import secrets
from layers.core.delivery import leaving
from layers.core.delivery.channels.gateway import dig
from layers.core.delivery.contract import ChannelError
from layers.directives import rules
from layers.directives.models import Directive, RegisterEntry, RegisterLog, TaskRegister

from . import writing
from .config import Settings
from .entries import STATES, Entry
from .names import AmbiguousError, UnitNames

MOST_BYTES = 20_000_000
MOST_PAGES = 200
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
TOLD = (*STATES, rules.RETURNED, rules.SUSPENDED, rules.WITHDRAWN)


def settings_of(register: TaskRegister) -> Settings:
    return Settings.model_validate(register.settings)


def note(
    register: TaskRegister, what: str, outcome: str, text: str = "", number: str = ""
) -> None:
    """A line of the log, without secrets."""
    RegisterLog.objects.create(
        register=register,
        what=what,
        outcome=outcome,
        register_no=number[:60],
        note=secrets.hide(text)[:500],
    )


def pull(register: TaskRegister) -> dict[str, int]:
    """Ask for tasks; counts of new, changed, same and refused ones. What is refused is
    in the log and holds up nothing else; without an answer nothing changes."""
    counts = {"new": 0, "changed": 0, "same": 0, "refused": 0}
    now = timezone.now()
    try:
        items, etag = _items(register)
    except leaving.KeptHereError:
        note(register, "pull", "kept", "a demo asks nobody")
        items, etag = [], register.etag
    except (ChannelError, ValueError) as error:
        note(register, "pull", "retry", str(error))
        items, etag = [], register.etag
    names, numbers = UnitNames(), []
    for item in items:
        try:
            entry = entry_of(item, settings_of(register), names)
            with transaction.atomic():
                change = writing.put(entry, register=register)
        except (ValueError, LookupError) as error:
            number = str(dig(item, settings_of(register).pull.fields.register_no) or "")
            note(register, "pull", "refused", str(error), number)
            counts["refused"] += 1
            continue
        counts[change] += 1
        numbers.append(entry.register_no)
    if numbers:
        with transaction.atomic():
            writing.mark_entry_deadlines(numbers)
        note(register, "pull", "ok", ", ".join(f"{k} {n}" for k, n in counts.items()))
    TaskRegister.objects.filter(pk=register.pk).update(etag=etag, pulled_at=now)
    register.etag, register.pulled_at = etag, now
    return counts


def _items(register: TaskRegister) -> tuple[list[Any], str]:
    """Every item of every page, and the first page's tag. None when it is the same."""
    settings = settings_of(register)
    url = leaving.outward(settings.base_url) + settings.pull.path
    first = url
    headers = _headers(settings)
    items: list[Any] = []
    etag = ""
    for page in range(MOST_PAGES):
        tag = {"If-None-Match": register.etag} if register.etag and not page else {}
        answer = leaving.call("GET", url, headers={**headers, **tag}, most=MOST_BYTES)
        if answer.status == 304:
            return [], register.etag
        leaving.judge(answer)
        etag = etag if page else answer.headers.get("etag", "")[:200]
        body = orjson.loads(answer.text)
        found = dig(body, settings.pull.items)
        if not isinstance(found, list):
            raise ValueError(f"no list at {settings.pull.items!r} of {url}")
        items += found
        following = dig(body, settings.pull.next)
        if not following:
            # pages behind the first may change under the same tag
            return items, etag if page == 0 else ""
        url = _next(first, url, following, settings)
    raise ValueError(f"more than {MOST_PAGES} pages")


def _next(first: str, url: str, following: Any, settings: Settings) -> str:
    """The next page; never on another host, which must not see the secrets."""
    if str(following).isdecimal():
        sign = "&" if "?" in first else "?"
        return f"{first}{sign}{urlencode({settings.pull.page: following})}"
    found = urljoin(url, str(following))
    if urlsplit(found)[:2] != urlsplit(first)[:2]:
        raise ValueError("the next page is on another host")
    return found


def _headers(settings: Settings) -> dict[str, str]:
    return {name: leaving.filled(text) for name, text in settings.headers.items()}


def entry_of(item: Any, settings: Settings, names: UnitNames) -> Entry:
    """An item of the register. Raises ValueError and LookupError with the field."""
    fields = settings.pull.fields
    text = {name: _text(item, path) for name, path in fields.model_dump().items()}
    for name in ("register_no", "paper_date", "text", "unit"):
        if not text[name]:
            raise ValueError(f"{name}: nothing at {getattr(fields, name)!r}")
    if len(text["register_no"]) > 60 or len(text["document_no"]) > 60:
        raise ValueError("register_no, document_no: more than 60 letters")
    status = settings.ours.get(text["status"], "") if text["status"] else rules.ISSUED
    if status not in TOLD:
        raise ValueError(f"status: {text['status']!r} is not known")
    lead = _unit(names, text["unit"], "unit")
    others = [_unit(names, t, "co_units") for t in _list(item, fields.co_units)]
    return Entry(
        register_no=text["register_no"],
        document_no=text["document_no"],
        paper_date=date.fromisoformat(text["paper_date"][:10]),
        text=text["text"],
        unit_id=lead,
        co_units=tuple(u for u in dict.fromkeys(others) if u != lead),
        urgency="urgent" if text["urgency"] in settings.urgent else "ordinary",
        status=status,
        **{name: _day(text[name]) for name in ("deadline", "done_on", "entered_on")},
    )


def _text(item: Any, path: str) -> str:
    found = dig(item, path)
    return "" if found is None else str(found).strip()


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _list(item: Any, path: str) -> list[str]:
    found = dig(item, path) or []
    return [str(t).strip() for t in (found if isinstance(found, list) else [found])]


def _unit(names: UnitNames, text: str, field: str) -> int:
    try:
        found = names.find(text)
    except AmbiguousError as error:
        raise ValueError(f"{field}: {text!r} may be {error}") from None
    if found is None:
        raise ValueError(f"{field}: there is no unit {text!r}")
    return found


def push(register: TaskRegister, now: datetime | None = None) -> dict[str, int]:
    """Tell the register every state that it does not know; counts by outcome."""
    now = now or timezone.now()
    waiting = (
        RegisterEntry.objects.filter(register=register)
        .filter(Q(next_at=None) | Q(next_at__lte=now))
        .exclude(directive__status=F("pushed_status"))
        .exclude(directive__status=F("refused_status"))
        .order_by("pk")
    )
    counts: dict[str, int] = {}
    for pk in list(waiting.values_list("pk", flat=True)[:1_000]):
        outcome = _push_one(register, pk, now)
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _push_one(register: TaskRegister, pk: int, now: datetime) -> str:
    entry = RegisterEntry.objects.select_related("directive").get(pk=pk)
    status = entry.directive.status
    changed: dict[str, Any]
    words = ""
    try:
        _send(settings_of(register), entry)
        outcome = "ok"
        changed = {"pushed_status": status, "their_status": status}
        changed |= {"pushes": entry.pushes + 1}
        changed |= {"attempts": 0, "next_at": None, "refused_status": ""}
    except leaving.KeptHereError:
        outcome, changed = "kept", {"next_at": now + LONGEST_WAIT}
    except ChannelError as error:
        words = str(error)
        outcome = "retry" if error.retry else "refused"
        changed = {"attempts": entry.attempts + 1}
        if error.retry:
            changed["next_at"] = now + _wait(entry.attempts, error.after_s)
        else:
            changed["refused_status"] = status
    RegisterEntry.objects.filter(pk=pk).update(**changed)
    note(register, "push", outcome, words or status, entry.register_no)
    return outcome


def _wait(attempts: int, asked_s: float | None) -> timedelta:
    if asked_s is not None:
        return timedelta(seconds=asked_s)
    return min(FIRST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)


def _send(settings: Settings, entry: RegisterEntry) -> None:
    """The same key at every attempt of one change, another at the next."""
    push = settings.push
    url = leaving.outward(settings.base_url)
    directive: Directive = entry.directive
    number = quote(entry.register_no, safe="")
    key = f"{entry.register_no}:{entry.pushes}:{directive.status}"
    answer = leaving.call(
        push.method,
        url + push.path.replace("{register_no}", number),
        headers={
            **_headers(settings),
            push.key_header: quote(key, safe=":"),
            "content-type": "application/json",
        },
        content=orjson.dumps(
            {
                "register_no": entry.register_no,
                "status": settings.statuses.get(directive.status, directive.status),
                "outcome": directive.outcome,
                "number": directive.number,
                "deadline": directive.legal_deadline,
                "reported_at": directive.reported_at,
                "closed_at": directive.closed_at,
            }
        ),
    )
    leaving.judge(answer)
