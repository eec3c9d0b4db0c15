"""The files of a new layer: complete and working, to be filled in."""

from __future__ import annotations

from pathlib import Path
from string import Template

FILES: dict[str, str] = {
    "__init__.py": "",
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "apps.py": """from layers.core.apps import LayerAppConfig


class ${camel}Config(LayerAppConfig):
    name = "layers.${slug}"
    label = "${slug}"
""",
    "layer.py": """from django.utils.translation import gettext_lazy as _

from layers.core.spec import Field, Layer

LAYER = Layer(
    slug="${slug}",
    title=_("${title}"),
    group=_("Other"),
    icon="map-pin",
    geometry="point",
    model="${slug}.${model}",
    relation="${slug}_${lower}",
    history="${slug}_${lower}event",
    readers=("*",),
    editors=("operator",),
    source=_("Entered by hand"),
    fields=(
        Field(
            name="external_id",
            type="text",
            title=_("Code"),
            filter=True,
            search=True,
            tile=True,
        ),
        Field(name="updated_at", type="datetime", title=_("Updated")),
    ),
)
""",
    "models.py": """from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.core.fields import feature_indexes, search_field
from layers.core.models import Feature


@pghistory.track(exclude=["shape", "search_text"])
class ${model}(Feature):
    search_text = search_field("title", "external_id")

    class Meta:
        verbose_name = _("${title}")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="${slug}_source_external_id"
            ),
        ]
        indexes = [*feature_indexes("${slug}")]
""",
    "admin.py": """from __future__ import annotations

from django.contrib import admin

from layers.core.admin import LayerAdmin

from .models import ${model}


@admin.register(${model})
class ${model}Admin(LayerAdmin):
    list_display = ("title", "unit_title", "updated_at")
""",
    "README.md": """# ${title}

What a feature of this layer is, where its rows come from, who edits them.
""",
    "static/${slug}/style.json": """{
  "layers": [
    {
      "id": "${slug}-point",
      "type": "circle",
      "paint": {
        "circle-radius": 4,
        "circle-color": "#8fa8c9",
        "circle-stroke-color": "#10151c",
        "circle-stroke-width": 1
      }
    }
  ],
  "legend": [{"label": "${title}", "shape": "circle", "color": "#8fa8c9"}]
}
""",
    "templates/${slug}/drawer.html": '{% extends "core/drawer.html" %}\n',
    "locale/vi/LC_MESSAGES/django.po": """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: vi\\n"

""",
    "tests/test_${slug}.py": """from __future__ import annotations

from layers.core.spec import registry


def test_the_layer_is_in_the_registry() -> None:
    assert registry["${slug}"].model == "${slug}.${model}"
""",
}


def write(folder: Path, slug: str, title: str) -> list[Path]:
    """Write the files of layer ``slug`` below ``folder``; their paths come back."""
    camel = "".join(part.capitalize() for part in slug.split("_"))
    model = camel.removesuffix("s") or camel
    names = {
        "slug": slug,
        "title": title,
        "camel": camel,
        "model": model,
        "lower": model.lower(),
    }
    written = []
    for name, text in FILES.items():
        path = folder / slug / Template(name).substitute(names)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).safe_substitute(names), encoding="utf-8")
        written.append(path)
    return written
