"""Forms of a playbook: its head, its steps, its ladder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import ValidationError as ShapeError

from layers.alerts.models import Rule, Severity
from layers.core.spec import registry
from layers.directives.checking import step_problems
from layers.directives.playbooks import MOST_MIN, MOST_STEPS, Rung, Step

from . import together, words

# Which form fields belong to which kind of addressee.
PARAMETERS = {
    "role": ("agency",),
    "unit_above": ("of", "levels"),
    "nearest": ("layer", "filter", "count", "within_km", "per", "lead"),
    "inside": ("layer", "filter", "most", "per", "lead"),
    "units_inside": ("lead",),
}
RESERVED = ("new", "import")
CO_KINDS = ("containing_unit", "unit_of_feature", "unit_above", "units_inside")
# Where problems of the typed step are shown.
SHOWN_AT = {"to": "kind", "co": "co", "when": "when_filter", "": "text"}


class HeadForm(forms.Form):
    """The playbook itself."""

    slug = forms.SlugField(label=_("Code"), max_length=60)
    title = forms.CharField(label=_("Name"), max_length=200)
    title_en = forms.CharField(
        label=_("Name in English"), max_length=200, required=False
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False
    )
    triggers = forms.MultipleChoiceField(
        label=_("Started by rules"),
        required=False,
        help_text=_("Besides the rules that name the playbook themselves."),
    )
    area_km = forms.FloatField(
        label=_("Area around the place, km"),
        min_value=0.1,
        max_value=500,
        required=False,
    )
    auto_issue = forms.BooleanField(
        label=_("Issued by rule, without a signature"), required=False
    )
    note = forms.CharField(label=_("What was changed"), max_length=300, required=False)

    def __init__(self, *args: Any, slug: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug:
            del self.fields["slug"]
        named = set((self.initial or {}).get("triggers", ()))
        rules = dict(Rule.objects.order_by("title").values_list("slug", "title"))
        choices = [*rules.items(), *((gone, gone) for gone in named - set(rules))]
        self.fields["triggers"].choices = choices  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(_("This code is an address of its own."))
        return slug


class RungForm(forms.Form):
    at = forms.RegexField(
        r"^([1-9]\d?%|\+\d{1,4}[hd])$",
        label=_("When"),
        required=False,
        help_text=_("75% of the time, or +24h, +2d after the deadline"),
    )
    to = forms.ChoiceField(label=_("Who is told"), choices=words.RUNGS, required=False)


class StepForm(forms.Form):
    """One step; checked by the typed step, problems stand beside their fields."""

    title = forms.CharField(label=_("What"), max_length=200)
    text = forms.CharField(
        label=_("Text of the order"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    kind = forms.ChoiceField(label=_("Who"), choices=words.KINDS)
    agency = forms.CharField(label=_("Agency"), max_length=120, required=False)
    contact_field = forms.CharField(
        label=_("Officer for the field"), max_length=80, required=False
    )
    of = forms.ChoiceField(
        label=_("Above"),
        choices=(("place", _("the place")), ("feature", _("the feature"))),
        required=False,
    )
    levels = forms.IntegerField(
        label=_("Levels"), min_value=1, max_value=5, required=False, initial=1
    )
    layer = forms.ChoiceField(label=_("Layer"), required=False)
    filter = forms.CharField(
        label=_("Only features (CQL2)"), max_length=500, required=False
    )
    count = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=20, required=False, initial=3
    )
    within_km = forms.FloatField(
        label=_("Within, km"), min_value=0.1, max_value=500, required=False, initial=50
    )
    most = forms.IntegerField(
        label=_("At most"), min_value=1, max_value=500, required=False, initial=50
    )
    per = forms.ChoiceField(
        label=_("A task for"),
        choices=(("feature", _("each feature")), ("unit", _("each unit"))),
        required=False,
    )
    lead = forms.ChoiceField(
        label=_("Lead"),
        choices=(("each", _("each unit leads")), ("first", _("the first leads"))),
        required=False,
    )
    co = forms.MultipleChoiceField(label=_("Together with"), required=False)
    co_agencies = forms.CharField(
        label=_("and agencies (separated by ;)"), max_length=500, required=False
    )
    co_kept = forms.CharField(widget=forms.HiddenInput, required=False)
    needed_by_min = forms.IntegerField(
        label=_("Needed within, min"), min_value=1, max_value=MOST_MIN
    )
    deadline_min = forms.IntegerField(
        label=_("Legal deadline, min"), min_value=1, max_value=MOST_MIN
    )
    working = forms.BooleanField(
        label=_("Legal deadline in office hours"), required=False
    )
    evidence = forms.ChoiceField(
        label=pgettext_lazy("of the work done", "Evidence"), choices=words.EVIDENCE
    )
    after = forms.IntegerField(
        label=_("After step"),
        min_value=0,
        max_value=MOST_STEPS,
        required=False,
        help_text=_("0: at once"),
    )
    severities = forms.MultipleChoiceField(
        label=_("Only for severity"), choices=Severity.choices, required=False
    )
    parts = forms.CharField(label=_("Only for parts"), max_length=300, required=False)
    at_least = forms.FloatField(label=_("Only from value"), required=False)
    when_filter = forms.CharField(
        label=_("Only for features (CQL2)"), max_length=500, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layers = [(layer.slug, layer.title) for layer in registry.values()]
        roles = [
            (role, layer.title) for layer in registry.values() for role in layer.roles
        ]
        known = dict([*roles, *layers])
        self.fields["layer"].choices = [("", "—"), *known.items()]  # type: ignore[attr-defined]
        titles = dict(words.KINDS)
        self.fields["co"].choices = [(kind, titles[kind]) for kind in CO_KINDS]  # type: ignore[attr-defined]

    @property
    def kept(self) -> Step:
        """The typed step of a valid form."""
        return self._step

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            self._step = Step.model_validate(step_of(values))
        except ShapeError as error:
            for part in error.errors():
                self._show(part["loc"], part["msg"])
            return values
        for name, text in step_problems(self._step).items():
            self._show((name,), text)
        return values

    def _show(self, loc: tuple[int | str, ...], text: str) -> None:
        names = [str(part) for part in reversed(loc)]
        own = next((name for name in names if name in self.fields), None)
        first = names[-1] if names else ""
        self.add_error(own or SHOWN_AT.get(first), text)


def step_of(values: dict[str, Any]) -> dict[str, Any]:
    """Values of the form as a step is stored."""
    kind = values["kind"]
    asked = {"kind": kind, "contact_field": values.get("contact_field") or ""}
    for name in PARAMETERS.get(kind, ()):
        if values.get(name) not in (None, ""):
            asked[name] = values[name]
    when = {
        "severities": values.get("severities") or [],
        "parts": [
            p.strip() for p in (values.get("parts") or "").split(",") if p.strip()
        ],
        "at_least": values.get("at_least"),
        "filter": values.get("when_filter") or "",
    }
    return {
        "title": values["title"],
        "text": values["text"].replace("\r\n", "\n"),
        "to": asked,
        "co": together.stored(
            values.get("co") or (),
            values.get("co_agencies") or "",
            values.get("co_kept") or "",
        ),
        "needed_by_min": values["needed_by_min"],
        "deadline_min": values["deadline_min"],
        "working": values.get("working", False),
        "evidence": values["evidence"],
        "after": values.get("after") or 0,
        "when": when if any(v not in ([], None, "") for v in when.values()) else None,
    }


def values_of(step: Step) -> dict[str, Any]:
    """A step as the form begins with it."""
    to = step.to.model_dump()
    found = {name: to[name] for name in to if name in StepForm.base_fields}
    when = step.when
    return {
        **found,
        "title": step.title,
        "text": step.text,
        **together.form_of(step.co),
        "needed_by_min": step.needed_by_min,
        "deadline_min": step.deadline_min,
        "working": step.working,
        "evidence": step.evidence,
        "after": step.after,
        "severities": list(when.severities) if when else [],
        "parts": ", ".join(when.parts) if when else "",
        "at_least": when.at_least if when else None,
        "when_filter": when.filter if when else "",
    }


def rungs_of(forms_: list[RungForm]) -> list[dict[str, str]]:
    """The filled rungs of valid forms, in the order they are climbed."""
    found = [
        Rung(at=form.cleaned_data["at"], to=form.cleaned_data["to"])
        for form in forms_
        if form.cleaned_data.get("at")
    ]
    return [rung.model_dump() for rung in sorted(found, key=lambda rung: rung.order)]
