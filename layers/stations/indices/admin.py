"""Admin page of the ways of working out an index."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from layers.stations.models import IndexKind, IndexMethod

from . import services, vn_wqi

# What the public sources of Decision 1460/QD-TCMT say; see vn_wqi.aggregate.
VARIANTS = (
    (vn_wqi.WEIGHTED, _("group IV twice, group V once (cube root)")),
    (vn_wqi.EQUAL, _("groups IV and V alike (square root)")),
)


class IndexMethodForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("index"), choices=[(IndexKind.VN_WQI.value, IndexKind.VN_WQI.label)]
    )
    variant = forms.ChoiceField(label=_("variant"), choices=VARIANTS)

    class Meta:
        model = IndexMethod
        fields = ("kind", "variant", "legal_source", "valid_from")


@admin.register(IndexMethod)
class IndexMethodAdmin(admin.ModelAdmin):
    """A change moves every stored index of the days that it is about."""

    form = IndexMethodForm
    list_display = ("kind", "variant", "legal_source", "valid_from")

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: IndexMethod, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        services.choose_method()

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: IndexMethod) -> None:
        super().delete_model(request, obj)
        services.choose_method()

    @transaction.atomic
    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[IndexMethod]
    ) -> None:
        super().delete_queryset(request, queryset)
        services.choose_method()
