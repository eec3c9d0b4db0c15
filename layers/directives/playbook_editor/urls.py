from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="playbooks"),
    path("new/", views.new, name="playbook-new"),
    path("import/", views.take_in, name="playbook-import"),
    path("<slug:slug>/", views.show, name="playbook"),
    path("<slug:slug>/edit/", views.edit, name="playbook-edit"),
    path("<slug:slug>/try/", views.try_out, name="playbook-try"),
    path("<slug:slug>/compare/", views.compare, name="playbook-compare"),
    path("<slug:slug>/stop/", views.stop, name="playbook-stop"),
    path("<slug:slug>/<int:version>/force/", views.force, name="playbook-force"),
    path("<slug:slug>/<int:version>.json", views.export, name="playbook-export"),
]
