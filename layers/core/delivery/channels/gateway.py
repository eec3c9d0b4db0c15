"""What HTTP gateways have in common: filling in, judging answers, reading receipts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as xml_escape

import orjson
from pydantic import Field, field_validator

from layers.core import secrets
from layers.core.delivery import leaving
from layers.core.delivery.contract import ChannelError, Report, Settings

NumberForm = Literal["+84", "84", "0"]
COUNTRY = "84"


class Success(Settings):
    """When the gateway took a message: the status, then an expression in the answer,
    then a value in its JSON (``path`` with dots: ``data.0.status``)."""

    statuses: list[int] = [200, 201, 202]
    regex: str = ""
    path: str = ""
    equals: list[str | int] = []
    id_path: str = ""
    # Values at ``path`` that will not be better next time (a wrong number).
    never: list[str | int] = []

    @field_validator("regex")
    @classmethod
    def _compiles(cls, text: str) -> str:
        re.compile(text)
        return text


class Receipts(Settings):
    """Reports that the gateway sends us later, at
    ``/api/v1/deliveries/receipts/<channel>/<secret>``: names of their fields (paths),
    values that mean delivered, read and failed. ``items``: the path of a list."""

    secret: str = Field(pattern=r"^\$\{[A-Za-z][A-Za-z0-9_]*\}$")
    items: str = ""
    id: str = "id"
    state: str = "status"
    delivered: list[str | int] = ["delivered", "DELIVRD"]
    read: list[str | int] = ["read", "seen"]
    failed: list[str | int] = ["failed", "UNDELIV", "EXPIRED", "REJECTD"]


def dig(value: Any, path: str) -> Any:
    """What stands at a path with dots in JSON; None: nothing."""
    for name in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def number(text: str, form: NumberForm) -> str:
    """A telephone number as the gateway wants it: +84…, 84… or 0…."""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        national = digits.startswith(COUNTRY)
    else:
        national = digits.startswith(("0", COUNTRY))
    if not 8 <= len(digits) <= 15:
        raise ChannelError("not a telephone number", code="number", retry=False)
    if not national:
        return f"+{digits}" if form == "+84" else digits
    rest = digits.removeprefix("0") if digits[0] == "0" else digits[len(COUNTRY) :]
    return f"{form}{rest}"


def escaping(content_type: str) -> Callable[[str], str]:
    """How a value is written into a body of this type."""
    if "json" in content_type:
        return lambda text: orjson.dumps(text).decode()[1:-1]
    if "urlencoded" in content_type:
        return quote_plus
    if "xml" in content_type:
        return lambda text: xml_escape(text, {'"': "&quot;"})
    return str


def in_address(text: str) -> str:
    return quote(text, safe="")


def in_header(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


def check(answer: leaving.Answer, success: Success) -> tuple[str, str]:
    """(code, id that the gateway gave) of a message that was taken. ChannelError."""
    if answer.status not in success.statuses:
        leaving.judge(answer)
        raise ChannelError(f"answer {answer.status}", str(answer.status), retry=False)
    if success.regex and not re.search(success.regex, answer.text):
        raise _not_taken(answer, str(answer.status), retry=True)
    body = _json(answer.text)
    code = str(answer.status)
    if success.path:
        told = dig(body, success.path)
        code = str(told)[:20]
        if code not in map(str, success.equals):
            retry = code not in map(str, success.never)
            raise _not_taken(answer, code, retry=retry)
    given = dig(body, success.id_path) if success.id_path else ""
    return code, "" if given is None else str(given)


def _not_taken(answer: leaving.Answer, code: str, *, retry: bool) -> ChannelError:
    words = secrets.hide(f"not taken: {answer.text[:200]}")
    return ChannelError(words, code=code, retry=retry)


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def reports(receipts: Receipts, told: Any) -> list[Report]:
    """The reports in a document of the gateway; what is not understood is left out."""
    listed = dig(told, receipts.items)
    entries: Iterable[Any] = listed if isinstance(listed, list) else [listed]
    found = []
    for entry in entries:
        key, state = dig(entry, receipts.id), dig(entry, receipts.state)
        for name in ("delivered", "read", "failed"):
            if key is not None and str(state) in map(str, getattr(receipts, name)):
                found.append(Report(str(key), name, str(state)))
    return found
