"""Escalation policies for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from pydantic import ValidationError

from .escalating import levels
from .models import Policy, Severity


class PolicyForm(forms.ModelForm):
    """Levels are checked as they will be read."""

    severities = forms.MultipleChoiceField(
        label=Policy._meta.get_field("severities").verbose_name,
        choices=Severity.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Policy
        fields = (
            "slug",
            "title",
            "order",
            "severities",
            "layers",
            "levels",
            "loops",
            "enabled",
        )
        widgets = {"levels": forms.Textarea(attrs={"rows": 18, "cols": 90})}

    def clean_levels(self) -> Any:
        given = self.cleaned_data["levels"]
        try:
            levels(given)
        except ValidationError as error:
            problems = [
                f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
                for part in error.errors()
            ]
            raise forms.ValidationError(problems) from None
        return given


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):
    """Policies are switched off, not deleted: running escalations name them."""

    form = PolicyForm
    list_display = ("title", "order", "severities", "loops", "enabled")

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
