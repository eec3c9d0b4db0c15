"""The admin site under our own name."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _


class Site(AdminSite):
    site_header = "GIS-IOC"
    site_title = "GIS-IOC"
    index_title = _("Administration of the centre")


class AdminConfig(DjangoAdminConfig):
    default_site = "gis_ioc.site.Site"
