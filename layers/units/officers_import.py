"""Officers and watches from a table: all lines or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from layers.core import units

from .descent.tables import Problem, RefusedError, rows
from .models import Duty, Officer, Role

NEEDED = ("unit_code", "person", "position", "role")
SHAPES = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")


@dataclass(slots=True)
class Outcome:
    officers: int = 0
    watches: int = 0


@transaction.atomic
def load(path: Path, kind: str, day: date, source: str) -> Outcome:
    """Store the officers of a table (columns by heading); a line with ``duty_from``
    and ``duty_to`` adds a watch as well.

    The officer of the same unit, name and position is the same one and is renewed.
    Raises RefusedError with every line that is wrong; nothing is stored then.
    """
    found = rows(path)
    headings = set(found[0][1]) if found else set()
    if absent := [name for name in NEEDED if name not in headings]:
        reason = f"there is no column {', '.join(absent)}"
        raise RefusedError([Problem(1, reason)])
    codes = units.tree().codes(kind, day)
    outcome, problems = Outcome(), []
    for line, cells in found:
        try:
            _store(cells, codes, source, outcome)
        except ValueError as error:
            problems.append(Problem(line, str(error)))
    if problems:
        raise RefusedError(problems)
    return outcome


def _store(
    cells: dict[str, str], codes: dict[str, int], source: str, outcome: Outcome
) -> None:
    values = _values(cells, source)
    code = cells["unit_code"].removesuffix(".0")
    if code not in codes:
        raise ValueError(f"no unit has the code {code!r}")
    officer, created = Officer.objects.update_or_create(
        unit_id=codes[code],
        person=values.pop("person"),
        position=values.pop("position"),
        defaults=values,
    )
    outcome.officers += created
    begins, ends = cells.get("duty_from", ""), cells.get("duty_to", "")
    if bool(begins) != bool(ends):
        raise ValueError("a watch needs both duty_from and duty_to")
    if begins:
        starts_at, ends_at = _moment(begins), _moment(ends)
        if starts_at >= ends_at:
            raise ValueError(f"the watch ends at {ends}, before it begins")
        Duty.objects.update_or_create(
            officer=officer, starts_at=starts_at, defaults={"ends_at": ends_at}
        )
        outcome.watches += 1


def _values(cells: dict[str, str], source: str) -> dict[str, object]:
    if empty := [name for name in NEEDED if not cells[name]]:
        raise ValueError(f"{', '.join(empty)} is empty")
    if cells["role"] not in Role.values:
        raise ValueError(f"role {cells['role']!r} is none of {', '.join(Role.values)}")
    if cells["role"] == Role.FIELD and not cells.get("field"):
        raise ValueError("an officer for a field needs the field")
    email = _email(cells.get("email", ""))
    first, last = _day(cells.get("valid_from", "")), _day(cells.get("valid_to", ""))
    if first and last and last < first:
        raise ValueError("the last day is before the first")
    phones = [part.strip() for part in cells.get("phones", "").split(";")]
    values: dict[str, object] = {
        "person": cells["person"][:120],
        "position": cells["position"][:120],
        "role": cells["role"],
        "field": cells.get("field", "")[:80],
        "user_id": _user(cells.get("username", "")),
        "phones": [phone[:30] for phone in phones if phone],
        "email": email,
        "valid_from": first,
        "valid_to": last,
        "source": source[:60],
    }
    if order := cells.get("order", ""):
        values["order"] = int(float(order))
    return values


def _email(text: str) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise ValueError(f"{text!r} is no e-mail address") from None
    return text


def _user(name: str) -> int | None:
    if not name:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise ValueError(f"there is no user {name!r}")
    return int(user.pk)


def _day(text: str) -> date | None:
    if not text:
        return None
    for shape in SHAPES:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  (a day)
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no day such as 2025-07-01 or 01/07/2025")


def _moment(text: str) -> datetime:
    """A time in the province, or with its own zone."""
    for shape in ("%d/%m/%Y %H:%M", ""):
        try:
            if shape:
                moment = datetime.strptime(text, shape)  # noqa: DTZ007  (made aware)
            else:
                moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else timezone.make_aware(moment)
    raise ValueError(f"{text!r} is no time such as 2025-07-01 07:00")
