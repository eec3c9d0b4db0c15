"""The documents of the standard: landing page, conformance, collections, queryables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from layers.core.spec import Field, Layer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_SPEC = "http://www.opengis.net/spec/"
CONFORMANCE = (
    *(
        f"{_SPEC}ogcapi-features-1/1.0/conf/{name}"
        for name in ("core", "geojson", "oas30")
    ),
    *(
        f"{_SPEC}ogcapi-features-3/1.0/conf/{name}"
        for name in ("filter", "features-filter", "queryables")
    ),
    *(
        f"{_SPEC}cql2/1.0/conf/{name}"
        for name in (
            "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
            "case-insensitive-comparison", "accent-insensitive-comparison",
            "basic-spatial-functions", "spatial-functions", "temporal-functions",
            "property-property",
        )
    ),
)  # fmt: skip
_SHAPES = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
_TYPES: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
}
# Parameters of items; any other name is refused, as the standard wants.
PARAMETERS = {
    "bbox": "west,south,east,north in degrees",
    "bbox-crs": "only CRS84",
    "crs": "only CRS84",
    "datetime": "a moment, or a span a/b, a/.., ../b",
    "limit": "features of a page, 1 to 10000",
    "filter": "CQL2",
    "filter-lang": "cql2-text or cql2-json",
    "filter-crs": "only CRS84",
    "properties": "names of properties, with commas",
    "after": "continue after this id",
    "f": "json",
    "lang": "vi or en",
}


def link(
    href: str, rel: str, title: str = "", form: str = "application/json"
) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": form, "title": title or rel}


def landing(base: str) -> dict[str, Any]:
    conformance = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
    openapi = "application/vnd.oai.openapi+json;version=3.0"
    return {
        "title": "GIS-IOC",
        "description": _("Layers of the operations centre as OGC API - Features."),
        "links": [
            link(base, "self", "GIS-IOC"),
            link(f"{base}/api", "service-desc", "OpenAPI", openapi),
            link(f"{base}/conformance", "conformance"),
            link(f"{base}/conformance", conformance),
            link(f"{base}/collections", "data", _("Layers")),
        ],
    }


def collection(base: str, layer: Layer) -> dict[str, Any]:
    address = f"{base}/collections/{layer.slug}"
    queryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    schema = "application/schema+json"
    return {
        "id": layer.slug,
        "title": str(layer.title),
        "description": f"{layer.group}. {layer.source}",
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(address, "self", str(layer.title)),
            link(f"{address}/items", "items", str(layer.title), "application/geo+json"),
            link(f"{address}/queryables", queryables, "queryables", schema),
        ],
    }


def queryables(base: str, layer: Layer, fields: list[Field]) -> dict[str, Any]:
    """JSON schema of what may be named in ``filter``."""
    shape = _SHAPES.get(layer.geometry, "any")
    known: dict[str, Any] = {
        "geom": {"format": f"geometry-{shape.lower()}", "title": "geom"}
    }
    known |= {entry.name: _property(entry) for entry in fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{layer.slug}/queryables",
        "type": "object",
        "title": str(layer.title),
        "properties": known,
        "additionalProperties": False,
    }


def _property(entry: Field) -> dict[str, Any]:
    told: dict[str, Any] = {"title": str(entry.title)} | _TYPES.get(entry.type, {})
    if entry.choices:
        told["enum"] = [value for value, _title in entry.choices]
    return told


def openapi(base: str) -> dict[str, Any]:
    """What can be asked, for programs that want to read it."""

    def get(summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
        ok = {"200": {"description": "OK"}, "default": {"description": "error"}}
        told = {"summary": summary, "parameters": list(parameters), "responses": ok}
        return {"get": told}

    def within(name: str) -> dict[str, Any]:
        schema = {"type": "string"}
        return {"name": name, "in": "path", "required": True, "schema": schema}

    queries = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in PARAMETERS.items()
    ]
    one = within("collectionId")
    return {
        "openapi": "3.0.3",
        "info": {"title": "GIS-IOC", "version": "1"},
        "servers": [{"url": base}],
        "paths": {
            "/": get("landing page"),
            "/conformance": get("conformance"),
            "/collections": get("layers"),
            "/collections/{collectionId}": get("one layer", one),
            "/collections/{collectionId}/queryables": get("fields to filter by", one),
            "/collections/{collectionId}/items": get("features", one, *queries),
            "/collections/{collectionId}/items/{featureId}": get(
                "one feature", one, within("featureId")
            ),
        },
    }
