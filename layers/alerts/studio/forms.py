"""The forms of the rule studio."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as ParamsError

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import RuleKind
from layers.alerts.models import Rule, RuleDraft, Severity
from layers.core.drawnfield import DrawnField
from layers.core.paramforms import PREFIX, initial_of
from layers.core.spec import registry

from . import body as bodies
from . import paramforms

GROUPS = (
    ("what", _("What it looks for"), ()),
    ("where", _("Where"), ("zone_layer", "zone_filter", "zone_id")),
    ("which", _("Which features"), ("feature_filter", "parts")),
    (
        "alert",
        _("The alert"),
        ("title", "title_en", "slug", "severity", "grade_of", "legal_basis",
         "playbook", "instruction", "enabled"),
    ),
    ("group", _("Common cause"), ("group_by", "group_from", "group_minutes")),
)  # fmt: skip


class NewForm(forms.Form):
    """Which kind of rule over which layer."""

    kind = forms.ChoiceField(label=_("Kind"))
    layer = forms.ChoiceField(label=_("Layer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k.slug, k.title) for k in kinds.values()]  # type: ignore[attr-defined]
        self.fields["layer"].choices = [(e.slug, e.title) for e in registry.values()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind, layer = kinds.get(values.get("kind", "")), str(values.get("layer"))
        if kind is not None and layer in registry:
            lacking = kind.lacking(registry[layer])
            if lacking:
                self.add_error(
                    "layer", _("The layer has no %(what)s.") % {"what": lacking}
                )
        return values


class RuleForm(forms.Form):
    """A draft: fields of the rule, and of its kind's parameters."""

    title = forms.CharField(label=_("Title in Vietnamese"), max_length=120)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=120, required=False
    )
    slug = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_("Small letters, figures and hyphens; it stays for ever."),
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    feature_filter = forms.CharField(
        label=_("Only features"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("CQL2 over the fields of the layer; empty: all"),
    )
    parts = forms.CharField(
        label=_("Only parts"),
        max_length=1_000,
        required=False,
        help_text=_("Parameters or indicators of a feature, with commas; empty: all"),
    )
    zone_layer = forms.ChoiceField(label=_("Zones from layer"), required=False)
    zone_filter = forms.CharField(
        label=_("Only zones"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("CQL2 over the fields of the layer; empty: all"),
    )
    zone_id = forms.IntegerField(
        label=_("One zone"),
        required=False,
        min_value=1,
        help_text=_("Its number: choose it on the map, or draw a new one."),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False
    )
    playbook = forms.SlugField(label=_("Playbook"), max_length=60, required=False)
    instruction = forms.CharField(
        label=_("What to do first"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    grade_of = forms.ChoiceField(
        label=_("Raises the alert of"),
        required=False,
        help_text=_("What is worse raises that alert and opens none of its own."),
    )
    group_by = forms.ChoiceField(label=_("Field with the common cause"), required=False)
    group_from = forms.IntegerField(
        label=_("Root from (alerts)"), min_value=2, max_value=10_000
    )
    group_minutes = forms.IntegerField(
        label=_("Within (minutes)"), min_value=1, max_value=1_440
    )
    enabled = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: Any, draft: RuleDraft, **kwargs: Any) -> None:
        self.draft = draft
        self.kind: RuleKind = kinds[draft.body["kind"]]
        self.layer = registry[draft.body["layer"]]
        kwargs.setdefault("initial", _initial(draft.body))
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields |= paramforms.fields_of(self.kind, self.layer)
        self._fit()

    def _fit(self) -> None:
        """Only what this kind and layer have a use for."""
        if not (self.kind.needs_zone or getattr(self.kind, "may_zone", False)):
            for name in ("zone_layer", "zone_filter", "zone_id"):
                del self.fields[name]
        else:
            zoned = [e for e in registry.values() if e.geometry != "point"]
            found = [(entry.slug, entry.title) for entry in zoned]
            self.fields["zone_layer"].choices = [("", "—"), *found]  # type: ignore[attr-defined]
            self.fields["zone_layer"].required = self.kind.needs_zone
        self.fields["grade_of"].choices = [("", "—"), *self._bases()]  # type: ignore[attr-defined]
        causes = [(f.name, f.title) for f in self.layer.fields if f.type == "text"]
        self.fields["group_by"].choices = [("", "—"), *causes]  # type: ignore[attr-defined]
        if self.draft.rule_id is not None:
            self.fields["slug"].disabled = True
        for name, role in paramforms.roles_of(self.kind).items():
            if role in ("number", "event"):
                self.fields[name].widget.attrs["list"] = f"known-{role}"

    def _bases(self) -> list[tuple[str, str]]:
        """Rules of which this one may be a grade."""
        rows = Rule.objects.filter(layer=self.layer.slug, grade_of="")
        return [
            (row.slug, row.shown_title) for row in rows if row.pk != self.draft.rule_id
        ]

    def groups(self) -> list[dict[str, Any]]:
        """The fields in the order of the page."""
        found = []
        for slug, title, names in GROUPS:
            wanted = names or tuple(n for n in self.fields if n.startswith(PREFIX))
            mine = [self[name] for name in wanted if name in self.fields]
            if mine:
                found.append({"slug": slug, "title": title, "fields": mine})
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        params = paramforms.params_of(self.kind, values)
        try:
            checked = self.kind.params.model_validate(params)
        except ParamsError as error:
            for name, text in paramforms.problems_of(error):
                self.add_error(name if name in self.fields else None, text)
            return values
        values["params"] = checked.model_dump(mode="json")
        try:
            bodies.check(self.body(values), self.draft.rule_id)
        except ValidationError as error:
            for name, texts in bodies.problems(error).items():
                self.add_error(name if name in self.fields else None, texts)
        return values

    def body(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """The draft as it is written now."""
        values = values if values is not None else self.cleaned_data
        found = {**self.draft.body, "params": values["params"]}
        for name in bodies.FIELDS:
            if name in self.fields:
                found[name] = values.get(name)
        found["parts"] = [t.strip() for t in values["parts"].split(",") if t.strip()]
        return found


def _initial(body: dict[str, Any]) -> dict[str, Any]:
    params = initial_of(body.get("params") or {})
    return {**body, **params, "parts": ", ".join(body.get("parts") or ())}


class ZoneForm(forms.Form):
    """A new zone, drawn."""

    title = forms.CharField(label=_("Name"), max_length=200)
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False
    )
    geom = DrawnField(label=_("Area"))

    def __init__(self, *args: Any, csp_nonce: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["geom"].widget.csp_nonce = csp_nonce


def known_events() -> list[str]:
    """Kinds of event that rules listen to, to choose from."""
    found = set()
    for rule in Rule.objects.all():
        kind = kinds.get(rule.kind)
        if kind is not None and kind.hears is not None:
            found |= {str(rule.params.get(k, "")) for k in ("began", "ended")} - {""}
    return sorted(found)
