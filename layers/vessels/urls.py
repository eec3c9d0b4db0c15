from django.urls import path

from .views import conflicts, fleet, lists, log, register

app_name = "vessels"
urlpatterns = [
    path("", fleet.home, name="home"),
    path("list/", fleet.index, name="fleet-list"),
    path("list/export.<slug:fmt>", fleet.export, name="fleet-export"),
    path("<int:vessel_id>/log/<slug:action>/", log.act, name="log"),
    path("conflicts/", conflicts.index, name="conflicts"),
    path("conflicts/export.csv", conflicts.export, name="conflicts-export"),
    path("conflicts/<int:conflict_id>/", conflicts.detail, name="conflict"),
    path(
        "conflicts/<int:conflict_id>/<slug:action>/",
        conflicts.act,
        name="conflict-act",
    ),
    path("register/", register.index, name="register"),
    path("register/<int:import_id>/", register.detail, name="register-file"),
    path("register/<int:import_id>/write/", register.write, name="register-write"),
    path(
        "register/<int:import_id>/refused.csv",
        register.refused,
        name="register-refused",
    ),
    path("lists/", lists.first, name="lists"),
    path("lists/<slug:kind>/", lists.show, name="list"),
    path("lists/<slug:kind>.<slug:fmt>", lists.download, name="list-file"),
]
