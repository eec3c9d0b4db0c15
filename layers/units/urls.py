from django.urls import include, path
from django.views.generic import RedirectView

from .views import boundaries, inside

of_set = [
    path("", boundaries.detail, name="boundary-set"),
    path("columns/", boundaries.choose, name="boundary-columns"),
    path("confirm/", boundaries.confirm, name="boundary-confirm"),
    path("day/", boundaries.set_day, name="boundary-day"),
    path("<slug:which>.geojson", boundaries.outlines, name="boundary-outlines"),
    path("report.<slug:fmt>", boundaries.report, name="boundary-report"),
    path("<slug:action>/", boundaries.act, name="boundary-act"),
]

app_name = "units"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="units:boundaries"), name="home"),
    path("boundaries/", boundaries.index, name="boundaries"),
    path("boundaries/new/", boundaries.new, name="boundary-new"),
    path("boundaries/<int:set_id>/", include(of_set)),
    path("<int:unit_id>/inside/<slug:slug>/", inside.listing, name="inside"),
]
