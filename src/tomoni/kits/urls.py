"""Addresses of the room. `upload` and `export` are no kit codes: the format keeps them free."""

from django.urls import path

from tomoni.kits.views import export, gallery, install

app_name = "kits"
urlpatterns = [
    path("", gallery.gallery, name="list"),
    path("upload/", gallery.upload, name="upload"),
    path("export/<str:app>/", export.export, name="export"),
    path("<slug:code>/", gallery.detail, name="detail"),
    path("<slug:code>/install/", install.install, name="install"),
    path("<slug:code>/remove/", gallery.remove, name="remove"),
]
