"""Words with a fixed meaning: used by the model, the layer and the tests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UP = "up", _("Running")
    SILENT = "silent", _("Silent")
    NEVER = "never", _("Never came")
