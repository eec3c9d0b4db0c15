"""``/sta/v1.1``: the service as HTTP has it. Reading only; see :mod:`feeds`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.db import (
    DataError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)
from django.http import HttpRequest, HttpResponse

from . import tables
from .entities import BY_PLURAL, Property
from .faults import Fault
from .options import Options
from .paths import Target
from .reading import Service, options_of

VERSION = "v1.1"
LONGEST_MS = 20_000
_REQUIREMENTS = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CONFORMANCE = (
    *(
        _REQUIREMENTS + f"datamodel/{name}"
        for name in (
            "thing", "location", "historical-location", "datastream", "sensor",
            "observed-property", "observation", "feature-of-interest",
            "entity-control-information",
        )
    ),
    _REQUIREMENTS + "resource-path/resource-path-to-entities",
    *(
        _REQUIREMENTS + f"request-data/{name}"
        for name in (
            "order", "expand", "select", "status-code", "query-status-code", "orderby",
            "top", "skip", "count", "filter", "built-in-filter-operations",
            "built-in-query-functions", "pagination",
        )
    ),
    "http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array",
)  # fmt: skip


def answer(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/json"
    )


def refusal(text: str, status: int) -> HttpResponse:
    """An error, in the form that clients of FROST know."""
    told = {"code": status, "type": "error", "message": text}
    response = answer(told, status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="SensorThings"'
    return response


def guarded(read: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer, or what is wrong with the request. No statement runs for ever: one
    slow question must not take the database away from everybody else."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [LONGEST_MS])
            return read()
    except Fault as fault:
        return refusal(str(fault), fault.status)
    except (DataError, InternalError) as error:
        return refusal(str(error).splitlines()[0], 400)
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return refusal(
            f"this took longer than {LONGEST_MS // 1000} s; narrow it by"
            " Datastream/id or phenomenonTime",
            503,
        )


def base_of(request: HttpRequest) -> str:
    return request.build_absolute_uri(f"/sta/{VERSION}")


def root(request: HttpRequest) -> HttpResponse:
    """What there is, and what of the standard is kept."""
    base = base_of(request)
    listed = [{"name": name, "url": f"{base}/{name}"} for name in BY_PLURAL]
    return answer(
        {"value": listed, "serverSettings": {"conformance": list(CONFORMANCE)}}
    )


def show(request: HttpRequest, path: str) -> HttpResponse:
    """Whatever a path leads to, to a caller who is signed in or has a key."""
    if not request.user.is_authenticated:
        return refusal("sign in, or send an API key: Authorization: Bearer …", 401)
    service = Service(request.grant, base_of(request))  # type: ignore[attr-defined]
    given = {name: str(request.GET[name]) for name in request.GET}
    return guarded(lambda: _show(service, path, given))


def _show(service: Service, path: str, given: dict[str, str]) -> HttpResponse:
    if not path.strip("/"):
        raise Fault("name a collection", 404)
    target = service.find(path)
    options = options_of(target, given)
    if target.property is not None:
        return _value(service, target, target.property)
    if not target.many:
        row = service.one(target, options)
        if target.refs:
            address = f"{service.base}/{target.entity.plural}({row.id})"
            return answer({"@iot.selfLink": address})
        return answer(service.entity(target.entity, row, options))
    return _collection(service, target, options, path)


def _collection(
    service: Service, target: Target, options: Options, path: str
) -> HttpResponse:
    page = service.page(target, options)
    if target.refs:
        address = f"{service.base}/{target.entity.plural}"
        listed: list[Any] = [
            {"@iot.selfLink": f"{address}({row.id})"} for row in page.rows
        ]
    elif options.form in tables.FORMATS:
        return tables.FORMATS[options.form](service, target, options, page)
    elif options.form == "dataarray":
        listed = tables.data_arrays(service, target, options, page)
    else:
        entity = target.entity
        listed = [service.entity(entity, row, options) for row in page.rows]
    body: dict[str, Any] = {}
    if page.count is not None:
        body["@iot.count"] = page.count
    if page.next is not None:
        address = f"{service.base}/{path.strip('/')}"
        body["@iot.nextLink"] = service.link(address, page.next)
    return answer(body | {"value": listed})


def _value(service: Service, target: Target, found: Property) -> HttpResponse:
    """A property by itself: as JSON with its name, or nothing but the value."""
    row = service.one(target, Options(select=("id", found.name)))
    value: Any = orjson.loads(orjson.dumps(row.values.get(found.name)))
    name = "@iot.id" if found.name == "id" else found.name
    for part in target.inside:
        if not isinstance(value, dict) or part not in value:
            raise Fault(f"there is no {part!r:.40} in {found.name}", 404)
        value, name = value[part], part
    if not target.raw:
        return answer({name: value})
    if value is None:
        return HttpResponse(status=204)
    if isinstance(value, dict | list):
        return answer(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
