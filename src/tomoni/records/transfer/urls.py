"""Addresses of transfer."""

from django.urls import path

from tomoni.records.transfer import views

app_name = "record_transfer"
urlpatterns = [
    path("<str:code>/", views.home, name="home"),
    path("<str:code>/<int:number>/", views.one, name="one"),
    path("<str:code>/<int:number>/start/", views.start_import, name="start"),
    path("<str:code>/<int:number>/undo/", views.undo, name="undo"),
    path("<str:code>/<int:number>/errors.csv", views.errors, name="errors"),
]
