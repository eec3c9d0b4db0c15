"""Settings of the quality tests, checked by the parameters of each test."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from layers.core.paramforms import problems_of
from layers.stations import tasks
from layers.stations.models import QualitySetting
from layers.stations.parameters import CATALOGUE

from .params import TESTS, read


class QualitySettingForm(forms.ModelForm):
    test = forms.ChoiceField(
        label=gettext_lazy("test"),
        choices=lambda: [
            (entry.name, f"{entry.title} ({entry.name})") for entry in TESTS.values()
        ],
    )
    parameter = forms.ChoiceField(
        label=gettext_lazy("parameter"),
        required=False,
        choices=lambda: [
            ("", "—"),
            *((name, str(entry.title)) for name, entry in CATALOGUE.items()),
        ],
    )

    class Meta:
        model = QualitySetting
        fields = (
            "test", "parameter", "kind", "series", "enabled", "params", "note",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        test, params = found.get("test", ""), found.get("params")
        if test not in TESTS or not found.get("enabled"):
            return found
        if not isinstance(params, dict):
            self.add_error("params", _('Settings are written like {"low": 0}.'))
            return found
        try:
            read(test, params)
        except ValidationError as error:
            for name, text in problems_of(error):
                self.add_error("params", f"{name}: {text}" if name else text)
        return found


@admin.register(QualitySetting)
class QualitySettingAdmin(admin.ModelAdmin):
    form = QualitySettingForm
    list_display = (
        "test", "parameter", "kind", "series", "enabled", "params", "note",
    )  # fmt: skip
    list_filter = ("test", "kind", "enabled", "parameter")
    raw_id_fields = ("series",)
    readonly_fields = ("what_can_be_set",)
    actions = ("judge_again",)

    @admin.action(description=gettext_lazy("Test the last 7 days again"))
    def judge_again(
        self, request: HttpRequest, queryset: QuerySet[QualitySetting]
    ) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        transaction.on_commit(lambda: tasks.judge_again.delay(ids))
        messages.success(request, _("The values are being tested again."))

    @admin.display(description=gettext_lazy("what can be set"))
    def what_can_be_set(self, setting: QualitySetting) -> SafeString:
        rows = []
        for entry in TESTS.values():
            schema = entry.params.form_schema()
            parts = [
                f"{name}: {part['title']}{_default(part)}"
                for name, part in schema["properties"].items()
            ]
            rows.append((entry.title, entry.name, "; ".join(parts)))
        return format_html(
            "<dl>{}</dl>",
            format_html_join("", "<dt>{} ({})</dt><dd>{}</dd>", rows),
        )


def _default(part: dict[str, Any]) -> str:
    unit = f" ({part['unit']})" if part["unit"] else ""
    return f"{unit} [{part['default']}]" if "default" in part else unit
