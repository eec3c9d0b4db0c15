from django.urls import path

from . import playlistviews, views

urlpatterns = [
    path("scenes/", views.index, name="wall-scenes"),
    path("scenes/new", views.edit, name="wall-scene-new"),
    path("scenes/check", views.check, name="wall-scene-check"),
    path("scenes/save", views.save, name="wall-scene-save"),
    path("scenes/import", views.take_in, name="wall-scene-import"),
    path("scenes/form/<slug:kind>", views.form, name="wall-scene-form"),
    path("scenes/<slug:slug>/edit", views.edit, name="wall-scene"),
    path("scenes/<slug:slug>/versions", views.versions, name="wall-scene-versions"),
    path("scenes/<slug:slug>/export", views.export, name="wall-scene-export"),
    path("scenes/<slug:slug>/delete", views.delete, name="wall-scene-delete"),
    path("scenes/<slug:slug>/measured", views.measured, name="wall-scene-measured"),
    path(
        "scenes/<slug:slug>/restore/<int:event_id>",
        views.restore,
        name="wall-scene-restore",
    ),
    path("playlists/", playlistviews.index, name="wall-playlists"),
    path("playlists/save", playlistviews.save, name="wall-playlist-save"),
    path(
        "playlists/<slug:slug>/delete",
        playlistviews.delete,
        name="wall-playlist-delete",
    ),
    path("schedule/<slug:slug>/", playlistviews.schedule, name="wall-schedule"),
    path(
        "schedule/<slug:slug>/save",
        playlistviews.save_schedule,
        name="wall-schedule-save",
    ),
]
