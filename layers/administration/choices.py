"""Words with a fixed meaning: used by the model, the layer and the tests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Life of a dossier (Decree 61/2018/ND-CP, amended by 107/2021/ND-CP)."""

    RECEIVED = "received", _("Received")
    PROCESSING = "processing", _("Being processed")
    SUPPLEMENT = "supplement", _("Papers missing")
    FINISHED = "finished", _("Finished")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("by the applicant", "Withdrawn")


# The clock stands: a result was given, or none will be.
DONE = frozenset({Status.FINISHED, Status.REFUSED, Status.WITHDRAWN})
