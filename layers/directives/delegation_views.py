"""Handing one's work over for a time, and taking it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from layers.core import units

from . import delegating, once
from .access import SIGNERS, NotAllowedError, NotFoundError, RefusedError
from .callers import own
from .delegation_log import PAGE
from .log import SLUG

MINUTE = "%Y-%m-%dT%H:%M"


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    shown = forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"})
    return forms.DateTimeField(
        label=label, widget=shown, input_formats=[MINUTE, f"{MINUTE}:%S"], **more
    )


class DelegationForm(forms.Form):
    """Who acts for the caller, from when to when, and why."""

    taker = forms.TypedChoiceField(label=gettext_lazy("Acts for me"), coerce=int)
    since = _moment(
        gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: from now.")
    )
    until = _moment(gettext_lazy("To"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=delegating.MAX_TEXT
    )
    signing = forms.BooleanField(label=gettext_lazy("May sign for me"), required=False)
    document_no = forms.CharField(
        label=gettext_lazy("Number of the paper that authorises it"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Decree 30/2020/ND-CP, article 13"),
    )

    def __init__(self, user: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        tree = units.tree()
        self.fields["taker"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *(
                (one.pk, " · ".join(filter(None, (str(one.display_name), where))))
                for one in delegating.eligible(user)
                for where in (tree.title(one.unit_id),)
            ),
        ]
        if not user.groups.filter(name__in=SIGNERS).exists():
            del self.fields["signing"], self.fields["document_no"]


@login_required
@require_http_methods(["GET", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Mine given and received, and the form for a new one."""
    who = own(request)
    if SLUG not in who.rights.layers:
        raise PermissionDenied
    form = DelegationForm(who.user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _given(request, form):
        return redirect(PAGE)
    given, received = delegating.told_of(who.user)
    context = {
        "form": form,
        "may_give": delegating.may_give(who.user),
        "given": given,
        "received": received,
        "once": once.token(),
        "now": timezone.localtime().strftime(MINUTE),
        "days": delegating.LONGEST.days,
    }
    status = 422 if form.errors else 200
    return render(request, "directives/delegations.html", context, status=status)


def _given(request: HttpRequest, form: DelegationForm) -> bool:
    """Whether it was handed over; else the form says what is wrong."""
    said = form.cleaned_data
    who = own(request)
    try:
        once.done(
            request,
            who,
            lambda: delegating.give(
                who.user,
                said["taker"],
                since=said["since"],
                until=said["until"],
                reason=said["reason"],
                signing=said.get("signing", False),
                document_no=said.get("document_no", ""),
            ),
        )
    except (NotAllowedError, RefusedError) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Handed over; the person has been told."))
    return True


@login_required
@require_POST
def revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End one now."""
    try:
        delegating.revoke(delegation_id, own(request))
    except NotFoundError:
        raise Http404 from None
    messages.success(request, _("Revoked."))
    return redirect(PAGE)
