"""One act on many alerts: each checked and recorded for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from layers.alerts import services
from layers.alerts.models import Alert
from layers.alerts.services import Who

# More than a screen full is a job for a suppression.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is to be done. ``user``: the id or name of whom it is assigned to; empty:
    nobody. ``minutes``: how long it is shelved."""

    name: str
    reason: str = ""
    text: str = ""
    minutes: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An alert that stayed as it was, and why."""

    id: int
    title: str
    why: str


@dataclass(slots=True)
class Result:
    done: list[Alert] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def _assign(alert_id: int, who: Who, act: Act) -> Alert:
    user = None
    if act.user:
        # longer ones are no id of anybody
        is_id = act.user.isdecimal() and len(act.user) <= 18
        name = {"pk": int(act.user)} if is_id else {"username": act.user}
        user = get_user_model().objects.filter(is_active=True, **name).first()
        if user is None:
            raise services.RefusedError(_("There is no such person."))
    return services.assign(alert_id, who, user=user)


ACTS: dict[str, Callable[[int, Who, Act], Alert]] = {
    "acknowledge": lambda pk, who, act: services.acknowledge(pk, who),
    "unshelve": lambda pk, who, act: services.unshelve(pk, who),
    "assign": _assign,
    "close": lambda pk, who, act: services.close(pk, who, reason=act.reason),
    "comment": lambda pk, who, act: services.comment(pk, who, text=act.text),
    "shelve": lambda pk, who, act: services.shelve(
        pk, who, minutes=act.minutes, reason=act.reason
    ),
}


def one(alert_id: int, who: Who, act: Act) -> Alert:
    """Do it to one alert; raises what the services raise."""
    return ACTS[act.name](alert_id, who, act)


def many(ids: Iterable[int], who: Who, act: Act) -> Result:
    """Do it to each, in the order given, each in a transaction of its own: what is
    refused stops nothing else. Done again it changes nothing more."""
    result = Result()
    for alert_id in dict.fromkeys(ids):
        try:
            result.done.append(one(alert_id, who, act))
        except services.NotFoundError as error:
            result.refused.append(Refusal(alert_id, "", str(error)))
        except (services.NotAllowedError, services.RefusedError) as error:
            result.refused.append(Refusal(alert_id, _title(alert_id), str(error)))
    return result


def _title(alert_id: int) -> str:
    """The caller has been found to see it."""
    titles = Alert.objects.filter(pk=alert_id).values_list("title", flat=True)
    return str(titles.first() or "")


def form_data(name: str, data: Any) -> Act:
    """An act out of a form."""
    minutes = data.get("minutes", "")[:9]
    return Act(
        name=name,
        reason=data.get("reason", ""),
        text=data.get("text", ""),
        minutes=int(minutes) if minutes.isdecimal() else 0,
        user=data.get("user", ""),
    )
