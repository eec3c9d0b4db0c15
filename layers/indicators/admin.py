"""The catalogue can be edited; figures and their origins can only be read, and a
load taken back as a whole, with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from layers.core.admin import LayerAdmin

from . import services, tasks
from .models import Fact, Indicator, IndicatorSet, Load, SetMember, Withdrawn

PART_LENGTH = 40
# fields that say where and how a figure is computed
COMPUTED_BY = frozenset({"formula", "level"})


class IndicatorForm(forms.ModelForm):
    """Parts are entered one a line: a comma may stand in one."""

    parts = forms.CharField(
        label=_("parts"),
        required=False,
        help_text=_("One a line; figures name them exactly so."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Indicator
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["parts"] = "\n".join(self.initial.get("parts") or [])

    def clean_parts(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["parts"].splitlines()]
        found = [line for line in lines if line]
        if len(set(found)) < len(found):
            raise ValidationError(_("A part is named twice."))
        if long := [part for part in found if len(part) > PART_LENGTH]:
            raise ValidationError(
                _("%(part)s is longer than %(most)d characters.")
                % {"part": long[0], "most": PART_LENGTH}
            )
        return found


@admin.register(Indicator)
class IndicatorAdmin(LayerAdmin):
    form = IndicatorForm
    list_display = ("code", "title", "unit", "period", "direction", "agency")
    list_display_links = ("code", "title")
    list_filter = ("subsystem", "direction", "rollup", "accumulates", "agency")
    search_fields = ("code", "title", "title_en")
    autocomplete_fields = ("denominator",)
    readonly_fields = ()
    fieldsets = (
        (None, {"fields": ("code", "subsystem", "title", "title_en")}),
        (
            _("What is measured"),
            {"fields": ("unit", "decimals", "period", "level", "parts")},
        ),
        (
            _("What counts as good"),
            {"fields": ("direction", "green", "amber", "red", "bands_for", "basis")},
        ),
        (
            _("How it is worked out"),
            {"fields": ("formula", "denominator", "rollup", "accumulates", "counted")},
        ),
        (_("Who and why"), {"fields": ("agency", "source", "legal_basis")}),
        (_("On screens"), {"fields": ("headline",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The catalogue belongs to no unit: all of it for whoever may see it."""
        return admin.ModelAdmin.get_queryset(self, request)

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        """A changed formula is computed anew for all periods, in the background."""
        super().save_model(request, obj, form, change)
        if COMPUTED_BY.intersection(form.changed_data):
            code = obj.code
            transaction.on_commit(lambda: tasks.compute.delay([code]), robust=True)


class SetMemberInline(admin.TabularInline):
    model = SetMember
    autocomplete_fields = ("indicator",)
    fields = ("order", "indicator", "facet")
    extra = 1


@admin.register(IndicatorSet)
class IndicatorSetAdmin(admin.ModelAdmin):
    """A set is a template: its columns stand in their order."""

    list_display = ("slug", "title", "agency", "kind", "columns")
    list_display_links = ("slug", "title")
    list_filter = ("kind", "agency")
    search_fields = ("slug", "title", "title_en")
    prepopulated_fields = {"slug": ("title_en",)}
    inlines = (SetMemberInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(column_count=Count("members"))

    @admin.display(description=_("columns"), ordering="column_count")
    def columns(self, entry: Any) -> int:
        return int(entry.column_count)


class ReadOnly:
    """Rows that only the system writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WithdrawForm(ActionForm):
    reason = forms.CharField(
        label=_("Reason for withdrawing"), max_length=300, required=False
    )


@admin.register(Load)
class LoadAdmin(ReadOnly, admin.ModelAdmin):
    """Where figures came from. Whoever may delete loads may withdraw them, which
    keeps every figure readable under its id."""

    list_display = ("title", "channel", "source", "by", "at", "facts", "withdrawn_at")
    list_filter = ("channel", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("by",)
    search_fields = ("title", "source", "feed")
    date_hierarchy = "at"
    actions = ("withdraw",)
    action_form = WithdrawForm

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("indicators.delete_load")

    @admin.action(description=_("Withdraw with all figures"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, loads: QuerySet[Load]) -> None:
        reason = request.POST.get("reason", "").strip()
        if not reason:
            self.message_user(
                request, _("Nothing withdrawn: give the reason."), messages.ERROR
            )
            return
        count = sum(
            services.withdraw(load, by_id=request.user.pk, reason=reason)
            for load in loads
        )
        text = ngettext("%d figure withdrawn.", "%d figures withdrawn.", count)
        self.message_user(request, text % count, messages.SUCCESS)


class FigureAdmin(ReadOnly, LayerAdmin):
    """Figures are added, never changed: a correction is published anew."""

    list_display = ("indicator", "unit_title", "period", "value", "vintage", "load")
    list_filter = ("vintage", "basis", "indicator__subsystem")
    list_select_related = ("indicator", "load")
    search_fields = ("indicator__code", "indicator__title", "load__source")
    autocomplete_fields = ("indicator",)
    readonly_fields = ("created_at",)
    date_hierarchy = "period_end"
    show_full_result_count = False


admin.site.register(Fact, FigureAdmin)
admin.site.register(Withdrawn, FigureAdmin)
