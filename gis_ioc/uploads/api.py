"""``/api/v1/uploads``: files handed in by programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field as Param

from layers.core.api import json
from layers.core.uploads import queries, services
from layers.core.uploads.contract import importers

from .views import chosen

router = Router(tags=["uploads"])


class UploadParams(Schema):
    commit: bool = Param(False, description="commit when nothing is wrong")
    warnings: str = Param("", description="accept: warnings do not stop the commit")


@router.get("/uploads")
def list_kinds(request: HttpRequest) -> HttpResponse:
    """Kinds of files that the caller may send, with their options."""
    grant: Any = request.grant  # type: ignore[attr-defined]
    return json(
        [
            {
                "importer": entry.slug,
                "title": str(entry.title),
                "options": [
                    {
                        "name": option.name,
                        "title": str(option.title),
                        "default": option.default,
                        "choices": [value for value, _title in option.choices],
                    }
                    for option in entry.options(grant)
                ],
            }
            for entry in queries.offered(request.user, grant)
        ]
    )


# Before the address with a name in it, which would match a number too.
@router.get("/uploads/{int:upload_id}")
def show(request: HttpRequest, upload_id: int) -> HttpResponse:
    """How far an upload got, with its first hundred problems."""
    grant: Any = request.grant  # type: ignore[attr-defined]
    upload = queries.one(request.user, grant, upload_id)
    if upload is None:
        raise HttpError(404, f"no upload {upload_id}")
    return json(queries.summary(upload))


@router.post("/uploads/{importer}")
def send(
    request: HttpRequest,
    importer: str,
    params: Query[UploadParams],
    file: File[UploadedFile],
) -> HttpResponse:
    """A file (.xlsx or CSV) as form field ``file``; options of the importer as further
    fields. 202 with the address at which its state is told."""
    grant: Any = request.grant  # type: ignore[attr-defined]
    key = getattr(request, "api_key", None)
    if key is not None and not key.may_write:
        raise HttpError(403, "this key may not send data")
    found = importers.get(importer)
    if found is None or not queries.may_upload(request.user, grant, found):
        raise HttpError(404, f"no importer {importer!r:.60}")
    options, form = chosen(found, grant, request.POST)
    if form.errors:
        raise HttpError(422, "; ".join(f"{k}: {v[0]}" for k, v in form.errors.items()))
    try:
        upload = services.receive(
            found,
            name=file.name or "",
            body=file.read(),
            by_id=request.user.pk,  # type: ignore[arg-type]
            grant=grant,
            options=options,
            commit=params.commit,
            accept_warnings=params.warnings == "accept",
        )
    except services.RefusedError as error:
        raise HttpError(413, str(error)) from None
    request.audit("upload", layer=found.layer, upload=upload.pk, sha256=upload.sha256)  # type: ignore[attr-defined]
    address = f"/api/v1/uploads/{upload.pk}"
    answer = json({"id": upload.pk, "state": upload.state, "url": address})
    answer.status_code = 202
    answer["Location"] = address
    return answer
